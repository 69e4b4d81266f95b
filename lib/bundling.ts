import { type BundlingOptions, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';

/** How a function's code is bundled: an ES module that brings the AWS SDK which it was tested with. */
export const bundling: BundlingOptions = {
  format: OutputFormat.ESM,
  target: 'node24',
  minify: true,
  bundleAwsSDK: true,
  // Without this, esbuild takes CommonJS builds, whose `require` doesn't exist in an ES module.
  mainFields: ['module', 'main'],
};
