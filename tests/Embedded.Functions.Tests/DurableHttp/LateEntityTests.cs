using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;

namespace Embedded.Functions.Tests.DurableHttp;

/// <summary>An operation that was given up, as one whose time is over, and whose code goes on all the same.</summary>
public sealed class LateEntityTests : IAsyncLifetime
{
    readonly Late _late = new();
    DurableHttpHost _host = null!;

    public async Task InitializeAsync() => _host = await DurableHttpHost.StartAsync(
        tasks => tasks.AddEntity("Late", _ => _late));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task An_operation_that_failed_can_no_longer_change_the_state_of_those_that_follow()
    {
        var id = new EntityInstanceId("Late", "1");
        DurableEntityClient client = _host.Client.Entities;
        foreach (string operation in (string[])["hold", "set", "fail", "go on", "end"])
        {
            await client.SignalEntityAsync(id, operation);
        }

        _late.Released.SetResult();

        await DurableHttpHost.UntilAsync(() => Task.FromResult(_late.Ended));
        await DurableHttpHost.UntilAsync(async () => (await client.GetEntityAsync<string>(id))?.State is not null);
        Assert.Equal("right", (await client.GetEntityAsync<string>(id))!.State);
    }

    sealed class Late : ITaskEntity
    {
        TaskEntityOperation? _failed;

        /// <summary>Holds the entity back until all operations are there, so that it takes them in one go.</summary>
        public TaskCompletionSource Released { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Ended { get; private set; }

        public async ValueTask<object?> RunAsync(TaskEntityOperation operation)
        {
            switch (operation.Name)
            {
                case "hold":
                    await Released.Task;
                    break;
                case "set":
                    operation.State.SetState("right");
                    break;
                case "fail":
                    _failed = operation;
                    throw new TimeoutException("Its time is over.");
                case "go on":
                    _failed!.State.SetState("wrong");
                    break;
                default:
                    Ended = true;
                    break;
            }

            return null;
        }
    }
}
