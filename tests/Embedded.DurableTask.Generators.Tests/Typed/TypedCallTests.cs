using Embedded.DurableTask.Generators.Tests.Typed.Orders;
using Embedded.DurableTask.Generators.Tests.Typed.Stock;
using Embedded.DurableTask.Generators.Tests.Typed.Versions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Embedded.DurableTask.Generators.Tests.Typed;

/// <summary>This project is compiled with the generator: its typed calls run on a hub.</summary>
public sealed class TypedCallTests : IAsyncLifetime
{
    readonly string _folder = Directory.CreateTempSubdirectory("typed-calls-").FullName;
    IHost _host = null!;

    DurableTaskClient Client => _host.Services.GetRequiredService<DurableTaskClient>();

    public async Task InitializeAsync()
    {
        string file = Path.Combine(_folder, "hub.db");
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddDurableTaskWorker(worker => worker
            .AddTasks(tasks => tasks.AddAllGeneratedTasks().AddActivityFunc<string, string>("Stamp", (_, text) => Functions.Stamp(text)))
            .UseEmbedded(options => options.File = file));
        builder.Services.AddDurableTaskClient(client => client.UseEmbedded(options => options.File = file));
        _host = builder.Build();
        await _host.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task An_orchestration_calls_an_activity_a_function_and_another_orchestration_and_waits_for_an_event()
    {
        string id = await Client.ScheduleNewPlaceOrderInstanceAsync(new Order("mug", 3));
        await Client.RaiseEventAsync(id, nameof(Approval), new Approval("Ada"));

        Assert.Equal("[order: 3 mug, 7 left, by Ada]", await OutputAsync<string>(id));
    }

    [Fact]
    public async Task Orchestrations_send_each_other_events()
    {
        string answer = await Client.ScheduleNewAnswerInstanceAsync(0);
        string ask = await Client.ScheduleNewAskInstanceAsync(answer, new StartOrchestrationOptions("ask-1"));

        Assert.Equal("ask-1", ask);
        Assert.Equal("the answer", await OutputAsync<string>(ask));
        Assert.Equal("answered", await OutputAsync<string>(answer));
    }

    [Fact]
    public async Task An_input_that_can_be_null_can_be_left_out()
    {
        string id = await Client.ScheduleNewLabelInstanceAsync();

        Assert.Equal("order", await OutputAsync<string>(id));
    }

    [Fact]
    public async Task A_started_version_is_that_of_the_class_unless_options_name_another()
    {
        string train = await Client.ScheduleNewShipByTrainInstanceAsync("mug");
        string plane = await Client.ScheduleNewShipByPlaneInstanceAsync("mug", new StartOrchestrationOptions("plane-1"));
        string other = await Client.ScheduleNewShipByPlaneInstanceAsync("mug", new StartOrchestrationOptions { Version = "1" });

        Assert.Equal("boxed mug by train (1)", await OutputAsync<string>(train));
        Assert.Equal("plane-1", plane);
        Assert.Equal("bagged mug by plane (2)", await OutputAsync<string>(plane));
        Assert.Equal("boxed mug by train (1)", await OutputAsync<string>(other));
    }

    [Fact]
    public async Task A_called_version_is_that_of_the_class_unless_options_name_another()
    {
        string id = await Client.ScheduleNewShipBothInstanceAsync("mug");

        string[] expected = ["boxed mug by train (1)", "bagged mug by plane (2)", "boxed mug by train (1)", "boxed mug"];
        Assert.Equal(expected, await OutputAsync<string[]>(id));
    }

    [Fact]
    public async Task Entities_are_registered_too()
    {
        string id = await Client.ScheduleNewFillInstanceAsync(4);

        Assert.Equal(4, await OutputAsync<int>(id));
        Assert.Equal(4, (await Client.Entities.GetEntityAsync<int>(new EntityInstanceId(nameof(Shelf), "a")))!.State);
    }

    async Task<T?> OutputAsync<T>(string id)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        OrchestrationMetadata done = await Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, limit.Token);
        Assert.Equal((OrchestrationRuntimeStatus.Completed, null), (done.RuntimeStatus, done.FailureDetails?.ErrorMessage));
        return done.ReadOutputAs<T>();
    }
}
