using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Grimoire.Bench.Engine;

/// <summary>An app around the engine, as a user would write it, with everything as shipped: worker and client on one file.</summary>
internal sealed class BenchHub : IAsyncDisposable
{
    const int PageSize = 5_000;

    static readonly OrchestrationRuntimeStatus[] Unfinished = [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running];

    readonly IHost _host;

    BenchHub(IHost host) => (_host, Client) = (host, host.Services.GetRequiredService<DurableTaskClient>());

    public DurableTaskClient Client { get; }

    public static async Task<BenchHub> OpenAsync(
        string file, Action<DurableTaskRegistry> tasks, Action<DurableTaskWorkerOptions>? configure = null)
    {
        // A host watches its content root, with all that is below, for changed settings: were the hub file there, each of its writes
        // would be noticed.
        DirectoryInfo contentRoot = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(file)!, "content"));
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = contentRoot.FullName });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddDurableTaskWorker(worker =>
        {
            worker.AddTasks(tasks);
            worker.Configure(configure ?? (_ => { }));
            worker.UseEmbedded(options => options.File = file);
        });
        builder.Services.AddDurableTaskClient(client => client.UseEmbedded(options => options.File = file));
        IHost host = builder.Build();
        await host.StartAsync();
        return new BenchHub(host);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }

    /// <summary>Runs an orchestration to its end, and checks what it returns.</summary>
    public async Task RunAsync(string name, object input, int expected)
    {
        string id = await Client.ScheduleNewOrchestrationInstanceAsync(name, input);
        CheckOutput(await Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true), expected);
    }

    /// <summary>Waits until everything has ended.</summary>
    public async Task WaitForAllAsync()
    {
        foreach (OrchestrationRuntimeStatus status in Unfinished)
        {
            while (await AnyAsync(status))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
            }
        }
    }

    /// <summary>Checks that exactly so many instances whose IDs begin with the prefix are there, and that each has the output of its number.</summary>
    public async Task CheckAllAsync(string prefix, int count, Func<int, int> expected)
    {
        int found = 0;
        var query = new OrchestrationQuery(InstanceIdPrefix: prefix, PageSize: PageSize, FetchInputsAndOutputs: true);
        await foreach (OrchestrationMetadata instance in Client.GetAllInstancesAsync(query))
        {
            CheckOutput(instance, expected(int.Parse(instance.InstanceId[prefix.Length..])));
            found++;
        }

        Check.That(found == count, $"There should be {count} instances {prefix}*, and there are {found}.");
    }

    /// <summary>How many instances there are, ended or not.</summary>
    public async Task<int> CountAsync(params OrchestrationRuntimeStatus[] statuses)
    {
        int count = 0;
        await foreach (Page<OrchestrationMetadata> page in Client
            .GetAllInstancesAsync(new OrchestrationQuery(Statuses: statuses, PageSize: PageSize)).AsPages())
        {
            count += page.Values.Count;
        }

        return count;
    }

    async Task<bool> AnyAsync(OrchestrationRuntimeStatus status)
    {
        var query = new OrchestrationQuery(Statuses: [status], PageSize: 1);
        await using IAsyncEnumerator<OrchestrationMetadata> instances = Client.GetAllInstancesAsync(query).GetAsyncEnumerator();
        return await instances.MoveNextAsync();
    }

    static void CheckOutput(OrchestrationMetadata instance, int expected) => Check.That(
        instance.RuntimeStatus == OrchestrationRuntimeStatus.Completed && instance.ReadOutputAs<int>() == expected,
        $"'{instance.Name}' {instance.InstanceId} should have returned {expected}: {instance.RuntimeStatus}, "
        + $"{instance.SerializedOutput ?? "no output"} {instance.FailureDetails}");
}
