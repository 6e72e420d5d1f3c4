-- Asks for the addresses of the file PATHS, one after the other, over and over; BENCH_MODE goes along as a header.
local paths = {}
for line in io.lines(os.getenv("PATHS")) do
  paths[#paths + 1] = line
end
local place = 0

request = function()
  place = place % #paths + 1
  return wrk.format("GET", paths[place], { ["X-Bench"] = os.getenv("BENCH_MODE") })
end

dofile(os.getenv("REPORT"))
