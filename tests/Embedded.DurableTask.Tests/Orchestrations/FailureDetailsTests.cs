using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Embedded.DurableTask.Tests.Orchestrations;

/// <summary>What is known of a failure where it is caught, and where a client reads it.</summary>
[Trait("Row", "KZ12")]
public sealed class FailureDetailsTests
{
    [Fact]
    public async Task Properties_of_the_exception_reach_the_orchestrator_and_the_client_also_after_a_restart()
    {
        await using TestHost host = await TestHost.StartAsync(new TestHostSetup
        {
            Tasks = tasks => tasks
                .AddActivityFunc("Pay", (Action<TaskActivityContext>)(_ => throw new PaymentException("card refused", 402)))
                .AddOrchestratorFunc("Call", async context =>
                {
                    try
                    {
                        await context.CallActivityAsync("Pay");
                    }
                    catch (TaskFailedException e)
                    {
                        context.SetCustomStatus($"{e.FailureDetails.Properties!["Code"]} {e.FailureDetails.Properties["Kind"]}");
                        throw;
                    }
                }),
            Services = services => services.AddSingleton<IExceptionPropertiesProvider, PaymentProperties>(),
        });

        string id = (await host.RunAsync("Call")).InstanceId;
        await host.RestartAsync();

        Microsoft.DurableTask.Client.OrchestrationMetadata state = await host.StateOfAsync(id);
        TaskFailureDetails cause = state.FailureDetails!.InnerFailure!;
        Assert.Equal("402 payment", state.ReadCustomStatusAs<string>());
        Assert.Equal(402, Convert.ToInt32(cause.Properties!["Code"], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal("payment", cause.Properties["Kind"]);
        Assert.Null(cause.Properties["Nothing"]);
    }

    [Fact]
    public async Task Without_a_provider_there_are_no_properties()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddOrchestratorFunc("Fail", (Action<TaskOrchestrationContext>)(_ => throw new PaymentException("x", 1))));

        Assert.Null((await host.RunAsync("Fail")).FailureDetails!.Properties);
    }

    [Fact]
    public async Task A_failure_is_caused_by_its_type_and_those_above_it_alone()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddActivityFunc("Pay", (Action<TaskActivityContext>)(_ => throw new PaymentException("refused", 402)))
            .AddOrchestratorFunc<bool[]>("Call", async context =>
            {
                try
                {
                    await context.CallActivityAsync("Pay");
                    return [];
                }
                catch (TaskFailedException e)
                {
                    TaskFailureDetails d = e.FailureDetails;
                    return [d.IsCausedBy<PaymentException>(), d.IsCausedBy<InvalidOperationException>(), d.IsCausedBy<Exception>(), d.IsCausedBy<ArgumentException>()];
                }
            }));

        bool[] causes = (await host.RunAsync("Call")).ReadOutputAs<bool[]>()!;

        Assert.Equal([true, true, true, false], causes);
    }

    [Fact]
    public async Task Inner_exceptions_are_kept_to_the_last()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks.AddOrchestratorFunc("Fail", (Action<TaskOrchestrationContext>)(_ =>
            throw new InvalidOperationException("outer", new ArgumentException("middle", new PaymentException("inner", 1))))));

        TaskFailureDetails failure = (await host.RunAsync("Fail")).FailureDetails!;

        Assert.Equal("outer", failure.ErrorMessage);
        Assert.Equal("middle", failure.InnerFailure!.ErrorMessage);
        Assert.True(failure.InnerFailure.InnerFailure!.IsCausedBy<PaymentException>());
        Assert.Null(failure.InnerFailure.InnerFailure.InnerFailure);
    }

    [Fact]
    public async Task A_task_failed_exception_names_the_task_and_its_number()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddActivityFunc("Good", (Action<TaskActivityContext>)(_ => { }))
            .AddActivityFunc("Bad", (Action<TaskActivityContext>)(_ => throw new PaymentException("bad", 1)))
            .AddOrchestratorFunc<string>("Call", async context =>
            {
                await context.CallActivityAsync("Good");
                try
                {
                    await context.CallActivityAsync("Bad");
                    return "no failure";
                }
                catch (TaskFailedException e)
                {
                    return $"{e.TaskName}#{e.TaskId}";
                }
            }));

        Assert.Equal("Bad#1", (await host.RunAsync("Call")).ReadOutputAs<string>());
    }

    sealed class PaymentException(string message, int code) : InvalidOperationException(message)
    {
        public int Code { get; } = code;
    }

    sealed class PaymentProperties : IExceptionPropertiesProvider
    {
        public IDictionary<string, object?>? GetExceptionProperties(Exception exception) => exception is PaymentException payment
            ? new Dictionary<string, object?> { ["Code"] = payment.Code, ["Kind"] = "payment", ["Nothing"] = null }
            : null;
    }
}
