import { App, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';

/** The least that a CDK app can be: one stack with one bucket. Everything is measured against how long it takes. */
const app = new App({ outdir: process.argv[2]! });
new Bucket(new Stack(app, 'Bare'), 'Bucket');
app.synth();
