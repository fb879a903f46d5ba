using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Embedded.DurableTask.Tests.Registration;

/// <summary>Which worker and which client meet on which hub.</summary>
public sealed class NamedHubTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("embedded-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Workers_and_clients_of_one_name_share_a_hub_of_their_own()
    {
        using IHost host = await StartAsync(services =>
        {
            foreach (string name in (string[])["red", "blue"])
            {
                services.AddDurableTaskWorker(name, worker => worker.AddTasks(Tasks(name)).UseEmbedded(o => o.File = File(name)));
                services.AddDurableTaskClient(name, client => client.UseEmbedded(o => o.File = File(name)));
            }
        });
        IDurableTaskClientProvider clients = host.Services.GetRequiredService<IDurableTaskClientProvider>();

        string red = await RunAsync(clients.GetClient("red"), "one");
        string blue = await RunAsync(clients.GetClient("blue"), "one");

        Assert.Equal(("red", "blue"), (red, blue));
        Assert.Throws<ArgumentOutOfRangeException>(() => clients.GetClient("green"));
        await host.StopAsync();
    }

    [Fact]
    public async Task Two_hosts_share_a_hub_that_is_open_already()
    {
        await using var hub = new EmbeddedTaskHub(new EmbeddedOptions { File = File("shared") });
        using IHost working = await StartAsync(s => s.AddDurableTaskWorker(worker => worker.AddTasks(Tasks("shared")).UseEmbedded(hub)));
        using IHost calling = await StartAsync(s => s.AddDurableTaskClient(client => client.UseEmbedded(hub)));

        string output = await RunAsync(calling.Services.GetRequiredService<DurableTaskClient>(), "one");

        Assert.Equal("shared", output);
        await working.StopAsync();
        await calling.StopAsync();
    }

    [Fact]
    public async Task A_hub_outlives_the_hosts_that_were_given_it()
    {
        await using var hub = new EmbeddedTaskHub(new EmbeddedOptions { File = File("shared") });
        using IHost calling = await StartAsync(s => s.AddDurableTaskClient(client => client.UseEmbedded(hub)));
        DurableTaskClient client = calling.Services.GetRequiredService<DurableTaskClient>();
        using (IHost first = await StartAsync(s => s.AddDurableTaskWorker(worker => worker.AddTasks(Tasks("first")).UseEmbedded(hub))))
        {
            await RunAsync(client, "one");
            await first.StopAsync();
        }

        string id = await client.ScheduleNewOrchestrationInstanceAsync("Who");
        using IHost second = await StartAsync(s => s.AddDurableTaskWorker(worker => worker.AddTasks(Tasks("second")).UseEmbedded(hub)));

        Assert.Equal("second", (await client.WaitForInstanceCompletionAsync(id, true, Wait.Token)).ReadOutputAs<string>());
        await second.StopAsync();
    }

    [Fact]
    public async Task A_second_worker_on_a_hub_is_refused()
    {
        await using var hub = new EmbeddedTaskHub(new EmbeddedOptions { File = File("shared") });
        using IHost first = await StartAsync(s => s.AddDurableTaskWorker(worker => worker.AddTasks(Tasks("first")).UseEmbedded(hub)));

        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            StartAsync(s => s.AddDurableTaskWorker(worker => worker.AddTasks(Tasks("second")).UseEmbedded(hub))));

        Assert.Contains(hub.File, refused.Message, StringComparison.Ordinal);
        await first.StopAsync();
    }

    [Fact]
    public async Task Starts_and_events_of_a_client_without_worker_are_kept_until_one_comes()
    {
        static void Tasks(DurableTaskRegistry tasks) => tasks.AddOrchestratorFunc<string, string>(
            "Wait", async (context, text) => text + await context.WaitForExternalEvent<string>("E") + await context.WaitForExternalEvent<string>("E"));
        var setup = new TestHostSetup { Tasks = Tasks };
        await using TestHost host = await TestHost.StartAsync(setup with { HasWorker = false });
        string id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Wait", "a");
        await host.Client.RaiseEventAsync(id, "E", "b");
        await host.RestartAsync(setup with { HasWorker = false });
        await host.Client.RaiseEventAsync(id, "E", "c");
        OrchestrationRuntimeStatus before = (await host.StateOfAsync(id)).RuntimeStatus;

        await host.RestartAsync(setup);

        Assert.Equal(OrchestrationRuntimeStatus.Pending, before);
        Assert.Equal("abc", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    string File(string name) => Path.Combine(_folder, $"{name}.db");

    static Action<DurableTaskRegistry> Tasks(string answer) => tasks => tasks.AddOrchestratorFunc<string>("Who", _ => Task.FromResult(answer));

    static async Task<string> RunAsync(DurableTaskClient client, string id)
    {
        await client.ScheduleNewOrchestrationInstanceAsync("Who", new StartOrchestrationOptions(id));
        return (await client.WaitForInstanceCompletionAsync(id, true, Wait.Token)).ReadOutputAs<string>()!;
    }

    static async Task<IHost> StartAsync(Action<IServiceCollection> configure)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        configure(builder.Services);
        IHost host = builder.Build();
        try
        {
            await host.StartAsync();
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }
}
