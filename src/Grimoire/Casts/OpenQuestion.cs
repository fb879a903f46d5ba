using System.Text.Json;

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
    /// <summary>Those of a cast, in the order in which they were asked, from what has happened in it.</summary>
    public static IReadOnlyList<OpenQuestion> In(IEnumerable<CastEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        var asked = new List<OpenQuestion>();
        var over = new HashSet<(string Step, int? Item, int Attempt)>();
        var ended = new HashSet<string>();
        foreach (var e in events)
        {
            switch (e)
            {
                case { Type: CastEvents.CastCompleted or CastEvents.CastFailed or CastEvents.CastCancelled }:
                    return [];
                case { Step: { } step, Attempt: { } attempt, Type: CastEvents.ApprovalRequested }:
                    var until = e.Data?["until"].Deserialize<DateTimeOffset?>(DomainJson.Options) ?? e.At;
                    asked.Add(new OpenQuestion(step, e.Item, attempt, (string?)e.Data?["question"] ?? "", e.At, until));
                    break;
                case { Step: { } step, Attempt: { } attempt, Type: CastEvents.ApprovalAnswered or CastEvents.AttemptCompleted or CastEvents.AttemptFailed or CastEvents.AttemptLost or CastEvents.AttemptCancelled }:
                    over.Add((step, e.Item, attempt));
                    break;
                case { Step: { } step, Type: CastEvents.StepCompleted or CastEvents.StepFailed or CastEvents.StepCancelled }:
                    ended.Add(step);
                    break;
            }
        }

        return [.. asked.DistinctBy(Key).Where(question => !over.Contains(Key(question)) && !ended.Contains(question.Step))];
    }

    static (string Step, int? Item, int Attempt) Key(OpenQuestion question) => (question.Step, question.Item, question.Attempt);
}
