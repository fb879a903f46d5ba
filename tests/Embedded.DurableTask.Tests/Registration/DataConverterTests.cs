using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Embedded.DurableTask.Tests.Registration;

/// <summary>An app's own converter is used for everything that is stored.</summary>
public sealed class DataConverterTests
{
    [Fact]
    public async Task Inputs_outputs_events_and_statuses_go_through_the_converter_of_the_services()
    {
        await using TestHost host = await TestHost.StartAsync(new TestHostSetup
        {
            Tasks = tasks => tasks
                .AddActivityFunc<string, string>("Upper", (_, text) => text.ToUpperInvariant())
                .AddOrchestratorFunc<string, string>("Run", async (context, text) =>
                {
                    context.SetCustomStatus("busy");
                    return await context.CallActivityAsync<string>("Upper", text + await context.WaitForExternalEvent<string>("E"));
                }),
            Services = services => services.AddSingleton<DataConverter>(new ReversingConverter()),
        });
        string id = await host.BeginAsync("Run", "abc");

        await host.Client.RaiseEventAsync(id, "E", "def");

        OrchestrationMetadata ended = await host.EndOfAsync(id);
        Assert.Equal("ABCDEF", ended.ReadOutputAs<string>());
        Assert.Equal("cba", ended.SerializedInput);
        Assert.Equal("FEDCBA", ended.SerializedOutput);
        Assert.Equal("ysub", ended.SerializedCustomStatus);
    }

    [Fact]
    [Trait("Row", "KZ19")]
    public async Task A_value_that_cannot_be_serialized_fails_the_call_with_the_reason()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddActivityFunc<object?>("Bad", _ => new Looped())
            .AddOrchestratorFunc("Call", context => context.CallActivityAsync("Bad"))
            .AddOrchestratorFunc<object>("Return", _ => Task.FromResult<object>(new Looped())));

        OrchestrationMetadata activity = await host.RunAsync("Call");
        OrchestrationMetadata orchestration = await host.RunAsync("Return");

        Assert.Equal(typeof(System.Text.Json.JsonException).FullName, activity.FailureDetails!.InnerFailure!.ErrorType);
        Assert.Equal(typeof(System.Text.Json.JsonException).FullName, orchestration.FailureDetails!.ErrorType);
    }

    /// <summary>Knows only text, and writes it backwards.</summary>
    sealed class ReversingConverter : DataConverter
    {
        public override string? Serialize(object? value) => value is null ? null : Reverse((string)value);

        public override object? Deserialize(string? data, Type targetType) => data is null ? null : Reverse(data);

        static string Reverse(string text) => new([.. text.Reverse()]);
    }

    sealed class Looped
    {
        public Looped Self => this;
    }
}
