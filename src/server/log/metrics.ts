/** A number that only grows, one for each combination of labels. */
interface Counter {
  add(...labels: readonly string[]): void;
}

/** What the server counts, and how Prometheus reads it (text exposition format 0.0.4). */
export interface Metrics {
  request(method: string, route: string, status: number, milliseconds: number): void;
  readonly verifications: Counter;
  readonly locks: Counter;
  readonly messages: Counter;
  text(): string;
}

const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);

export function createMetrics(): Metrics {
  const requests = createCounter('otpctl_http_requests_total', 'Requests by route and status.', [
    'method',
    'route',
    'status',
  ]);
  const latency = createHistogram('otpctl_http_request_duration_seconds', 'Time to answer a request, by route.');
  const verifications = createCounter('otpctl_verifications_total', 'Codes that were judged.', ['type', 'result']);
  const locks = createCounter('otpctl_locks_total', 'Devices that were locked.', ['type', 'by']);
  const messages = createCounter('otpctl_messages_total', 'Messages with codes.', ['channel', 'result']);
  return {
    request(method, route, status, milliseconds) {
      requests.add(METHODS.has(method) ? method : 'other', route, String(status));
      latency.observe(route, milliseconds / 1000);
    },
    verifications,
    locks,
    messages,
    text: () => [requests, latency, verifications, locks, messages].map((each) => each.text()).join(''),
  };
}

function createCounter(name: string, help: string, labels: readonly string[]): Counter & { text(): string } {
  // A map in a map, one for each label: joining the labels to one key would make a text for every request.
  const root: Series = { count: 0, next: new Map() };
  return {
    add(...given) {
      let series = root;
      for (const label of given) {
        let next = series.next.get(label);
        if (next === undefined) {
          next = { count: 0, next: new Map() };
          series.next.set(label, next);
        }
        series = next;
      }
      series.count += 1;
    },
    text: () => head(name, help, 'counter') + linesOf(root, name, labels, []),
  };
}

interface Series {
  count: number;
  readonly next: Map<string, Series>;
}

function linesOf({ count, next }: Series, name: string, labels: readonly string[], pairs: readonly string[]): string {
  const [label, ...others] = labels;
  if (label === undefined) return `${name}{${pairs.join(',')}} ${count}\n`;
  return Array.from(next, ([value, each]) => linesOf(each, name, others, [...pairs, `${label}=${quoted(value)}`])).join(
    '',
  );
}

function createHistogram(name: string, help: string) {
  const series = new Map<string, { readonly buckets: number[]; sum: number; count: number }>();
  return {
    observe(route: string, seconds: number) {
      let one = series.get(route);
      if (one === undefined) {
        one = { buckets: BUCKETS.map(() => 0), sum: 0, count: 0 };
        series.set(route, one);
      }
      const at = BUCKETS.findIndex((bound) => seconds <= bound);
      if (at >= 0) one.buckets[at] = (one.buckets[at] ?? 0) + 1;
      one.sum += seconds;
      one.count += 1;
    },
    text() {
      let text = head(name, help, 'histogram');
      for (const [route, { buckets, sum, count }] of series) {
        const label = `route=${quoted(route)}`;
        let upTo = 0;
        for (const [at, bound] of BUCKETS.entries()) {
          upTo += buckets[at] ?? 0;
          text += `${name}_bucket{${label},le="${bound}"} ${upTo}\n`;
        }
        text += `${name}_bucket{${label},le="+Inf"} ${count}\n`;
        text += `${name}_sum{${label}} ${sum}\n${name}_count{${label}} ${count}\n`;
      }
      return text;
    },
  };
}

function head(name: string, help: string, type: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
}

function quoted(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
