using Grimoire.Bench.Engine;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Grimoire.Bench;

/// <summary>Shows what the engine is for: an orchestration outlives the process that started it.</summary>
internal static class Demo
{
    public static async Task RunAsync()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("grimoire-demo-");
        string file = Path.Combine(folder.FullName, "hub.db");
        try
        {
            await using (BenchHub first = await BenchHub.OpenAsync(file, Register))
            {
                await first.Client.ScheduleNewOrchestrationInstanceAsync("Greet", "Ada", new StartOrchestrationOptions("demo"));
                await first.Client.WaitForInstanceStartAsync("demo");
                Console.WriteLine("The orchestration waits for an event. Its worker stops, and another one opens the file.");
            }

            await using BenchHub second = await BenchHub.OpenAsync(file, Register);
            await second.Client.RaiseEventAsync("demo", "Language", "French");
            OrchestrationMetadata end = await second.Client.WaitForInstanceCompletionAsync("demo", getInputsAndOutputs: true);
            Console.WriteLine($"{end.RuntimeStatus}: {end.ReadOutputAs<string>()}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static void Register(DurableTaskRegistry tasks)
    {
        tasks.AddOrchestratorFunc<string, string>("Greet", async (context, name) =>
        {
            string hello = await context.CallActivityAsync<string>("Hello", name);
            string language = await context.WaitForExternalEvent<string>("Language");
            return $"{hello} Now in {language}: {await context.CallActivityAsync<string>("Bonjour", name)}";
        });
        tasks.AddActivityFunc<string, string>("Hello", (_, name) => Say($"Hello, {name}!"));
        tasks.AddActivityFunc<string, string>("Bonjour", (_, name) => Say($"Bonjour, {name} !"));
    }

    static string Say(string text)
    {
        Console.WriteLine($"  activity: {text}");
        return text;
    }
}
