using Microsoft.DurableTask;

namespace Grimoire.Bench.Engine;

/// <summary>Orchestrations of activities that do nothing and return 1: all that is measured is the engine.</summary>
internal static class StepsTasks
{
    public const string InSequence = "InSequence";
    public const string AtOnce = "AtOnce";
    const string One = "One";

    public static void Register(DurableTaskRegistry tasks)
    {
        tasks.AddOrchestratorFunc<int, int>(InSequence, async (context, count) =>
        {
            int sum = 0;
            for (int i = 0; i < count; i++)
            {
                sum += await context.CallActivityAsync<int>(One, i);
            }

            return sum;
        });
        tasks.AddOrchestratorFunc<int, int>(AtOnce, async (context, count) =>
            (await Task.WhenAll(Enumerable.Range(0, count).Select(i => context.CallActivityAsync<int>(One, i)))).Sum());
        tasks.AddActivityFunc<int, int>(One, (_, _) => 1);
    }
}
