using System.Diagnostics;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

string dir = Directory.CreateTempSubdirectory("bench").FullName;
var b = Host.CreateApplicationBuilder();
b.Logging.SetMinimumLevel(LogLevel.Warning);
b.Services.AddDurableTaskWorker(w => { w.AddTasks(t => {
  t.AddOrchestratorFunc<int,int>("steps", async (c, n) => { int s=0; for (int i=0;i<n;i++) s += await c.CallActivityAsync<int>("one", i); return s; });
  t.AddActivityFunc<int,int>("one", (c, i) => 1);
}); w.UseEmbedded(o => o.File = Path.Combine(dir, "hub.db")); });
b.Services.AddDurableTaskClient(w => w.UseEmbedded(o => o.File = Path.Combine(dir, "hub.db")));
using var host = b.Build();
await host.StartAsync();
var client = host.Services.GetRequiredService<DurableTaskClient>();
async Task One(int n) { var id = await client.ScheduleNewOrchestrationInstanceAsync("steps", n); var m = await client.WaitForInstanceCompletionAsync(id, true); if (m.ReadOutputAs<int>() != n) throw new InvalidOperationException(m.ToString()); }
await One(5);
foreach (int callers in new[]{1,32,128}) for (int rep=0; rep<3; rep++) {
  var sw = Stopwatch.StartNew(); int count=0; var lat = new System.Collections.Concurrent.ConcurrentBag<double>();
  await Task.WhenAll(Enumerable.Range(0,callers).Select(async _ => { await Task.Yield(); while (sw.Elapsed.TotalSeconds < 4) { long t=Stopwatch.GetTimestamp(); await One(5); lat.Add(Stopwatch.GetElapsedTime(t).TotalMilliseconds); Interlocked.Increment(ref count);} }));
  var l = lat.Order().ToArray();
  Console.WriteLine($"{callers}: {count/sw.Elapsed.TotalSeconds:F0}/s p50 {l[l.Length/2]:F2} p99 {l[(int)(l.Length*0.99)]:F2} cpu {Process.GetCurrentProcess().TotalProcessorTime}");
}
foreach (int n in new[]{10,100,1000,5000}) { var sw=Stopwatch.StartNew(); await One(n); Console.WriteLine($"{n}: {sw.Elapsed.TotalMilliseconds/n:F3} ms/step"); }
await host.StopAsync();
