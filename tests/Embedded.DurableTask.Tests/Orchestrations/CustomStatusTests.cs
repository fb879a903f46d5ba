using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Tests.Orchestrations;

/// <summary>What an orchestration tells about itself while it runs.</summary>
public sealed class CustomStatusTests
{
    /// <summary>16 KB of UTF-16 text, less the quotation marks.</summary>
    const int Most = (8 * 1024) - 2;

    [Fact]
    public async Task The_status_is_seen_while_the_instance_runs_and_when_it_has_ended()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks.AddOrchestratorFunc("Tell", async context =>
        {
            context.SetCustomStatus(new { Step = 1 });
            await context.WaitForExternalEvent<object>("E");
            context.SetCustomStatus(new { Step = 2 });
        }));
        string id = await host.BeginAsync("Tell");

        string? running = (await host.StateOfAsync(id)).SerializedCustomStatus;
        await host.RestartAsync();
        string? restarted = (await host.StateOfAsync(id)).SerializedCustomStatus;
        await host.Client.RaiseEventAsync(id, "E");
        string? ended = (await host.EndOfAsync(id)).SerializedCustomStatus;

        Assert.Contains("1", running, StringComparison.Ordinal);
        Assert.Equal(running, restarted);
        Assert.Contains("2", ended, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_status_can_be_taken_back()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks.AddOrchestratorFunc("Tell", async context =>
        {
            context.SetCustomStatus("something");
            await context.WaitForExternalEvent<object>("E");
            context.SetCustomStatus(null);
        }));
        string id = await host.BeginAsync("Tell");

        await host.Client.RaiseEventAsync(id, "E");

        Assert.Null((await host.EndOfAsync(id)).SerializedCustomStatus);
    }

    [Theory]
    [InlineData(Most, OrchestrationRuntimeStatus.Completed)]
    [InlineData(Most + 1, OrchestrationRuntimeStatus.Failed)]
    public async Task A_status_beyond_16_KB_fails_the_call(int length, OrchestrationRuntimeStatus expected)
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddOrchestratorFunc<int>("Tell", (Action<TaskOrchestrationContext, int>)((context, n) => context.SetCustomStatus(new string('x', n)))));

        OrchestrationMetadata ended = await host.RunAsync("Tell", length);

        Assert.Equal(expected, ended.RuntimeStatus);
        Assert.Equal(expected == OrchestrationRuntimeStatus.Failed, ended.FailureDetails?.ErrorMessage.Contains("16,384", StringComparison.Ordinal) == true);
    }
}
