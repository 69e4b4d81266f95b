import type { FileKind } from '../shared/formats.ts';
import { wholeText } from './whole-text.ts';
import { wholeXls } from './whole-xls.ts';
import { wholeXlsx } from './whole-xlsx.ts';

/** Watches a file pass, and tells at its end whether it is whole and what it holds. */
export interface FileCheck {
  add: (piece: Uint8Array) => void;
  /**
   * What the file is instead of a whole one, to be called at its end.
   * @param isFramed whether HTTP has told where the file ends
   */
  problem: (isFramed: boolean) => string | undefined;
  /** Whether a file without a problem is whole for certain. */
  isProof: boolean;
  /** Data rows, the header not counted, or undefined where nobody can know; to be called at its end. */
  rows?: () => number | undefined;
}

/** By what a file of each kind shows that it is whole. */
const checks: Record<FileKind, (head: Buffer) => FileCheck> = {
  text: wholeText,
  xlsx: wholeXlsx,
  xls: wholeXls,
};

/** @param head the start of the file, which `add` will be given again */
export const fileCheck = (kind: FileKind, head: Buffer): FileCheck => checks[kind](head);
