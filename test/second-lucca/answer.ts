/** An answer before it goes over the wire: what a header is called and how the body is framed is decided there. */
export interface Answer {
  status: number;
  headers: readonly (readonly [name: string, value: string])[];
  body: Buffer;
}

export const answer = (status: number, type: string, body: string | Uint8Array): Answer => ({
  status,
  headers: [['Content-Type', type]],
  body: Buffer.from(body),
});
