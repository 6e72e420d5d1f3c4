// What wrk does, for machines that have none: node load.mjs CONNECTIONS SECONDS URL prints one line of JSON.
import autocannon from "autocannon";

const [connections, duration, url] = process.argv.slice(2);
const times = [];
const run = autocannon({ url, connections: Number(connections), duration: Number(duration) });
run.on("response", (client, status, bytes, milliseconds) => times.push(milliseconds));
const result = await run;

times.sort((a, b) => a - b);
const percentile = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
console.log(
  JSON.stringify({
    requests_per_s: result.requests.total / result.duration,
    p50_ms: percentile(0.5),
    p95_ms: percentile(0.95),
    errors: result.errors + result.timeouts + result.non2xx,
  }),
);
