using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddDurableTaskWorker(b =>
{
    b.AddTasks(tasks =>
    {
        tasks.AddOrchestratorFunc<string, string>("Greet", (context, name) => context.CallActivityAsync<string>("Hello", name));
        tasks.AddActivityFunc<string, string>("Hello", (context, name) => $"Hello, {name}!");
    });
    b.UseEmbedded(o => o.File = "app.db");
});
builder.Services.AddDurableTaskClient(b => b.UseEmbedded(o => o.File = "app.db"));

using var host = builder.Build();
await host.StartAsync();
var client = host.Services.GetRequiredService<DurableTaskClient>();
var id = await client.ScheduleNewOrchestrationInstanceAsync("Greet", "Ada");
var done = await client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true);
Console.WriteLine(done.ReadOutputAs<string>());
await host.StopAsync();
