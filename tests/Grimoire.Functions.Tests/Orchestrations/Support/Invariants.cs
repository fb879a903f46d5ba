using Grimoire.Casts;

namespace Grimoire.Functions.Tests.Orchestrations.Support;

/// <summary>What holds of every journal, however the cast has ended.</summary>
static class Invariants
{
    static readonly string[] Ends = [CastEvents.StepCompleted, CastEvents.StepFailed, CastEvents.StepCancelled];

    public static void Check(Script script)
    {
        var journal = script.Journal.ToList();
        var end = journal.FindIndex(e => e.Id == "cast.ended");
        foreach (var step in journal.Where(e => e.Type == CastEvents.StepStarted).Select(e => e.Step!))
        {
            var ends = journal.FindAll(e => e.Step == step && Ends.Contains(e.Type));
            if (end < 0 || (ends.Count == 0 && script.Untold.Exists(e => e.Step == step && Ends.Contains(e.Type))))
            {
                // Nobody could write how it has ended.
                continue;
            }

            Assert.True(ends.Count == 1, $"Step '{step}' has started and ended {ends.Count} times.");
            Assert.True(journal.IndexOf(ends[0]) < end, $"Step '{step}' ends after its cast has.");
        }

        Assert.All(journal.Where(e => Ends.Contains(e.Type)), e => Assert.Contains(journal, began => began.Type == CastEvents.StepStarted && began.Step == e.Step));
    }
}
