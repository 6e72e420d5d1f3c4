-- What bench.py reads from wrk: one line of JSON.
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('\n{"requests_per_s": %.1f, "p50_ms": %.2f, "p95_ms": %.2f, "errors": %d}\n',
    summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1000, latency:percentile(95) / 1000,
    e.connect + e.read + e.write + e.status + e.timeout))
end
