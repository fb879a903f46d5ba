using System.Runtime.InteropServices;
using Embedded.DurableTask;
using Embedded.DurableTask.CrashHost;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// An app such as somebody would write, except that it is made to be killed. What it says on stdout is what it was promised; on
// stderr is what it complains about.
RunSettings settings = RunSettings.Parse(args);
using var reports = new Reports();
using var sideEffects = new SideEffects(settings.SideEffects, settings.Run);

// A write beyond the limit for the size of files is to fail, and not to end the process. There is no name for this signal.
const int FileTooLarge = 25;
using PosixSignalRegistration ignored = PosixSignalRegistration.Create((PosixSignal)FileTooLarge, signal => signal.Cancel = true);

HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
builder.Logging.SetMinimumLevel(LogLevel.Warning).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(settings.ShutdownSeconds));
builder.Services.AddDurableTaskWorker(worker => worker
    .AddTasks(tasks => Scenarios.AddTo(tasks, new Activities(sideEffects, reports, settings)))
    .UseEmbedded(Configure));
builder.Services.AddDurableTaskClient(durable => durable.UseEmbedded(Configure));

using IHost host = builder.Build();
DurableTaskClient client = host.Services.GetRequiredService<DurableTaskClient>();
reports.Say(Reports.Open);
await host.StartAsync();
reports.Say(Reports.Recovered);
CancellationToken stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
using var load = new Load(client, reports, settings);
_ = settings.Mode switch
{
    RunMode.Load => Guard(load.RunAsync(stopping)),
    RunMode.Drain => Guard(DrainAsync()),
    _ => Guard(client.ScheduleNewOrchestrationInstanceAsync("Hang", 1, new StartOrchestrationOptions($"Hang-{settings.Run}-1"), stopping)),
};
await host.WaitForShutdownAsync();

void Configure(EmbeddedOptions options)
{
    options.File = settings.File;

    // In every third run hardly anything may stay in memory, so that instances come back from their histories all the time.
    options.MaxLiveInstances = settings.Run % 3 == 0 ? 20 : options.MaxLiveInstances;
}

async Task DrainAsync()
{
    foreach (string id in await Load.FindListenersAsync(client, stopping))
    {
        await Load.EndAsync(client, id);
    }

    await foreach (OrchestrationMetadata instance in client.GetAllInstancesAsync(Load.Unfinished).WithCancellation(stopping))
    {
        await client.WaitForInstanceCompletionAsync(instance.InstanceId, stopping);
    }

    reports.Say(Reports.Drained);
}

async Task Guard(Task work)
{
    try
    {
        await work;
    }
    catch (Exception) when (stopping.IsCancellationRequested)
    {
        // The run is over.
    }
    catch (Exception e)
    {
        // Nobody else would hear of it.
        await Console.Error.WriteLineAsync(e.ToString());
        Environment.Exit(1);
    }
}
