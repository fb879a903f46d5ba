using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace Embedded.Functions.Tests.DurableHttp;

/// <summary>Small orchestrations to manage.</summary>
internal static class SampleTasks
{
    public static void Add(DurableTaskRegistry tasks)
    {
        tasks.AddOrchestratorFunc<string, string>("Echo", (_, input) => input);
        tasks.AddOrchestratorFunc<string, string>("Greet", async (context, name) =>
        {
            context.SetCustomStatus(new { step = "greeting" });
            return await context.CallActivityAsync<string>("Hello", name) + "!";
        });
        tasks.AddActivityFunc<string, string>("Hello", (_, name) => $"Hello {name}");
        tasks.AddOrchestratorFunc<string, string>("Wait", async (context, _) => await context.WaitForExternalEvent<string>("go"));
        tasks.AddOrchestratorFunc<string, object>("WaitAny", async (context, _) =>
            await context.WaitForExternalEvent<System.Text.Json.JsonElement>("go"));
        tasks.AddOrchestratorFunc<string, string>("Fail", string (_, _) => throw new InvalidOperationException("It went wrong."));
        tasks.AddOrchestratorFunc<string, string>("Parent", async (context, name) =>
            await context.CallSubOrchestratorAsync<string>("Echo", name, new SubOrchestrationOptions(instanceId: $"{context.InstanceId}-child")));
        tasks.AddOrchestratorFunc<string, string>("WhichVersion", (context, _) => context.Version);
        int failures = 0;
        tasks.AddActivityFunc<string, string>("FailFirst", (_, input) =>
            Interlocked.Increment(ref failures) == 1 ? throw new InvalidOperationException("Only once.") : input);
        tasks.AddOrchestratorFunc<string, string>("FailOnce", async (context, input) => await context.CallActivityAsync<string>("FailFirst", input));
        tasks.AddEntity<Counter>("Counter");
        tasks.AddEntity<Counter>("Count");
    }

    internal sealed class Counter : TaskEntity<int>
    {
        public void Add(int amount) => State += amount;

        public void AddText(string text) => State += text.Length;
    }
}
