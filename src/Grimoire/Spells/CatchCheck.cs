using Grimoire.Documents;

namespace Grimoire.Spells;

/// <summary>Where failures are routed to: steps that are there, and that can still run then.</summary>
static class CatchCheck
{
    public static void Run(SpellSubject subject)
    {
        foreach (var step in subject.Steps)
        {
            for (var clause = 0; clause < step.Step.Catch.Count; clause++)
            {
                if (step.Step.Catch[clause].Step is { } target)
                {
                    Target(subject, step, target, step.CatchPointers[clause] + "/step");
                }

                Shadowed(subject, step, clause);
            }
        }
    }

    static void Target(SpellSubject subject, StepSubject step, string target, string pointer)
    {
        if (!subject.ById.TryGetValue(target, out var handler))
        {
            subject.Error(pointer, "catch.unknownStep",
                $"Failures of step '{step.Step.Id}' go to step '{target}', which the spell does not have{Suggestion.Hint(target, subject.ById.Keys)}");
        }
        else if (handler == step)
        {
            subject.Error(pointer, "catch.self", $"Failures of step '{step.Step.Id}' go to itself; 'retry' is for doing it again.");
        }
        else if (subject.Spell.Order == StepOrder.Sequence && handler.Index < step.Index)
        {
            subject.Error(pointer, "catch.earlier", $"Failures of step '{step.Step.Id}' go to step '{target}', which comes before it; a later step is wanted.");
        }
        else if (handler.Step.ForEach is not null)
        {
            subject.Error(pointer, "catch.forEach", $"Step '{target}' runs in place of a step that has failed and so cannot have 'forEach'.");
        }
    }

    static void Shadowed(SpellSubject subject, StepSubject step, int clause)
    {
        var earlier = step.Step.Catch.Take(clause).SelectMany(one => one.Errors).ToList();
        var codes = step.Step.Catch[clause].Errors;
        if (earlier.Count > 0 && codes.All(code => earlier.Any(pattern => Covers(pattern, code))))
        {
            subject.Warn(step.CatchPointers[clause], "catch.shadowed",
                $"This clause of step '{step.Step.Id}' never counts: the ones before it catch everything that it does.");
        }
    }

    static bool Covers(string pattern, string code) =>
        pattern == "*" || pattern == code || (code != "*" && ErrorPattern.Matches(pattern, code.EndsWith(".*", StringComparison.Ordinal) ? code[..^1] : code));
}
