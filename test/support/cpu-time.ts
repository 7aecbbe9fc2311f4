/** Starts to count what this thread computes, in milliseconds, whatever else the machine has to do meanwhile. */
export function cpuTime(): () => number {
  const before = process.threadCpuUsage();
  return () => {
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1000;
  };
}
