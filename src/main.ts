// The only file that knows the process. It must be readable by every Node, to say that one is too old.
const LEAST = [24, 15] as const;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < LEAST[0] || (major === LEAST[0] && minor < LEAST[1])) {
  process.stderr.write(`error: otpctl needs Node ${LEAST.join('.')} or later, and this is ${process.versions.node}\n`);
  process.exitCode = 2;
} else {
  process.exitCode = 70;
  import('./start.ts').then(({ start }) => start(process));
}
