// What wrk does, for machines that have none: node load.mjs CONNECTIONS SECONDS URL asks for the paths of the file PATHS
// and prints one line of JSON; BENCH_MODE goes along as a header.
import { readFileSync } from "node:fs";
import autocannon from "autocannon";

const [connections, duration, url] = process.argv.slice(2);
const paths = readFileSync(process.env.PATHS, "utf8").trim().split("\n");
const headers = { "X-Bench": process.env.BENCH_MODE ?? "" };
const times = [];
const run = autocannon({
  url,
  connections: Number(connections),
  duration: Number(duration),
  requests: paths.map((path) => ({ method: "GET", path, headers })),
});
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
