using Grimoire.Documents;

namespace Grimoire.Spells;

/// <summary>Steps that wait for one another, in a spell whose order is a graph.</summary>
static class OrderCheck
{
    public static void Run(SpellSubject subject)
    {
        foreach (var step in subject.Steps)
        {
            for (var index = 0; index < step.Step.Needs.Count; index++)
            {
                Need(subject, step, step.Step.Needs[index], JsonPointer.Append(step.Pointer + "/needs", index));
            }
        }

        // In a sequence a reference forward is an error of its own.
        if (subject.Spell.Order == StepOrder.Graph)
        {
            Cycles(subject);
        }
    }

    static void Need(SpellSubject subject, StepSubject step, string need, string pointer)
    {
        if (!subject.ById.TryGetValue(need, out var needed))
        {
            subject.Error(pointer, "needs.unknown",
                $"Step '{step.Step.Id}' needs step '{need}', which the spell does not have{Suggestion.Hint(need, subject.ById.Keys)}");
        }
        else if (needed == step)
        {
            subject.Error(pointer, "needs.self", $"Step '{step.Step.Id}' needs itself.");
        }
    }

    static void Cycles(SpellSubject subject)
    {
        var ended = new HashSet<StepSubject>();
        foreach (var step in subject.Steps)
        {
            Visit(subject, step, [], ended);
        }
    }

    static void Visit(SpellSubject subject, StepSubject step, List<StepSubject> path, HashSet<StepSubject> ended)
    {
        if (ended.Contains(step))
        {
            return;
        }

        var start = path.IndexOf(step);
        if (start >= 0)
        {
            var cycle = path.Skip(start).Append(step).Select(one => one.Step.Id);
            subject.Error(step.Pointer, "graph.cycle", $"Steps wait for each other: {string.Join(" → ", cycle)} (each waits for the next).");
            return;
        }

        path.Add(step);
        foreach (var before in WaitsFor(subject, step).Where(before => before != step))
        {
            Visit(subject, before, path, ended);
        }

        path.RemoveAt(path.Count - 1);
        ended.Add(step);
    }

    public static IEnumerable<StepSubject> WaitsFor(SpellSubject subject, StepSubject step) =>
        step.Templates
            .SelectMany(template => template.Template.References)
            .Where(reference => reference.Root == "steps" && reference.Path is [string, ..])
            .Select(reference => (string)reference.Path[0]!)
            .Concat(step.Step.Needs)
            .Distinct()
            .Select(id => subject.ById.GetValueOrDefault(id))
            .OfType<StepSubject>()
            .Concat(step.Handles)
            .Distinct();
}
