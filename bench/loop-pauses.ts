// Loaded into a server before its program (`node --import`): at SIGUSR2 it prints the longest pause of its event loop
// since it was last asked, in milliseconds, and the most that its thread computed between two turns, which no other
// program on the machine adds to; then it begins anew.
import { monitorEventLoopDelay } from 'node:perf_hooks';

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const computed = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};
let [last, most] = [computed(), 0];
setInterval(() => {
  const now = computed();
  most = Math.max(most, now - last);
  last = now;
}, 1).unref();

process.on('SIGUSR2', () => {
  process.stdout.write(`pauses ${(delay.max / 1e6).toFixed(1)} ${most.toFixed(1)}\n`);
  delay.reset();
  most = 0;
});
