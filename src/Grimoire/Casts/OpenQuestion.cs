namespace Grimoire.Casts;

/// <summary>What a step asks a person, and nobody has answered yet.</summary>
/// <param name="Step">The id of the step.</param>
/// <param name="Item">Of a step with forEach: which element asks.</param>
/// <param name="Attempt">Which attempt.</param>
/// <param name="Question">As it is put to the person.</param>
/// <param name="AskedAt">Since when.</param>
/// <param name="Until">Then it is over.</param>
public sealed record OpenQuestion(string Step, int? Item, int Attempt, string Question, DateTimeOffset AskedAt, DateTimeOffset Until)
{
    /// <summary>Those of a cast, by what has happened in it: a step after the other, and the elements of each in their order.</summary>
    public static IReadOnlyList<OpenQuestion> In(IEnumerable<CastEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        var waits = new OpenWaits();
        foreach (var e in events)
        {
            waits.Add(e);
        }

        return [.. waits.All
            .Where(open => open.Wait.For == StepWait.Approval)
            .GroupBy(open => open.Step)
            .SelectMany(step => step.OrderBy(open => open.Wait.Item))
            .Select(open => new OpenQuestion(open.Step, open.Wait.Item, open.Attempt, open.Wait.Question ?? "", open.Since, open.Wait.Until))];
    }
}
