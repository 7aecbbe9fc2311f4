import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Output, plainOutput } from '../../src/system/output.ts';
import { temporaryHome } from '../support/home.ts';

/** What is written to a file, or undefined where Node's stream is to write. */
function outputTo(path: string): { output: Output | undefined; close: () => void } {
  const descriptor = openSync(path, 'w');
  const deps = {
    stream: (): Output => {
      throw new Error('no stream is made for this');
    },
    failed: (error: Error) => {
      throw error;
    },
  };
  return { output: plainOutput(descriptor, deps), close: () => closeSync(descriptor) };
}

describe('stdout', () => {
  it.each([
    ['a file', () => join(temporaryHome(), 'out')],
    ['/dev/null', () => '/dev/null'],
  ])('is written without a stream where it is %s', (_, path) => {
    const { output, close } = outputTo(path());
    let done = 0;
    output?.write('text', () => {
      done++;
    });
    expect({ isPlain: output !== undefined, done }).toEqual({ isPlain: true, done: 1 });
    close();
  });

  it('is written by the stream of Node where it is another device', () => {
    const { output, close } = outputTo('/dev/zero');
    expect(output).toBeUndefined();
    close();
  });
});
