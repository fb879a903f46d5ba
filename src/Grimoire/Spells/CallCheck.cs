using Grimoire.Documents;

namespace Grimoire.Spells;

/// <summary>What steps call: tools and spells that are there, and spells that do not cast themselves or one another without end.</summary>
static class CallCheck
{
    public static void Run(SpellSubject subject, SpellLimits limits)
    {
        foreach (var step in subject.Steps)
        {
            if (step.Step.Tool is { Length: > 0 } tool && step.Tool is null)
            {
                subject.Error(step.Pointer + "/tool", "tool.unknown",
                    $"Step '{step.Step.Id}' calls tool '{tool}', which is not known{Suggestion.Hint(tool, subject.Catalog.ToolNames)}");
            }
            else if (step.Step.Spell is { } reference)
            {
                SubSpell(subject, step, reference, limits);
            }
        }
    }

    static void SubSpell(SpellSubject subject, StepSubject step, string reference, SpellLimits limits)
    {
        var place = step.Pointer + "/spell";
        if (reference == subject.Spell.Slug)
        {
            subject.Error(place, "spell.cycle", $"Step '{step.Step.Id}' casts the spell that it is in: {reference} → {reference}.");
        }
        else if (step.SubSpell is not { } called)
        {
            subject.Error(place, "spell.unknown",
                $"Step '{step.Step.Id}' casts spell '{reference}', which is not known{Suggestion.Hint(reference, subject.Catalog.SpellNames)}");
        }
        else
        {
            var walk = new Walk(subject, step, limits.SubSpellDepth);
            walk.Into(called, [subject.Spell.Slug, reference]);
        }
    }

    /// <summary>Through everything that a step casts, directly or not.</summary>
    sealed class Walk(SpellSubject subject, StepSubject step, int maxDepth)
    {
        // One that was left at some depth need not be entered again at the same or a smaller one.
        readonly Dictionary<string, int> _seen = new(StringComparer.Ordinal);

        public void Into(Spell spell, IReadOnlyList<string> path)
        {
            var depth = path.Count - 1;
            if (depth > maxDepth)
            {
                Error("spell.tooDeep", $"casts spells more than {maxDepth} deep: {Shown(path)}");
                return;
            }

            if (_seen.TryGetValue(path[^1], out var seen) && seen >= depth)
            {
                return;
            }

            _seen[path[^1]] = depth;
            foreach (var inner in spell.Steps)
            {
                Visit(inner, path);
            }
        }

        void Visit(Step inner, IReadOnlyList<string> path)
        {
            if (inner.Tool is { } tool && subject.Catalog.FindTool(tool) is null)
            {
                Error("tool.unknown", $"casts a spell with an unknown tool: {Shown(path)}, step '{inner.Id}', tool '{tool}'");
            }
            else if (inner.Spell is { } reference)
            {
                IReadOnlyList<string> further = [.. path, reference];
                if (path.Contains(reference))
                {
                    Error("spell.cycle", $"casts a spell that casts itself: {Shown(further)}");
                }
                else if (subject.Catalog.FindSpell(reference) is { } called)
                {
                    Into(called, further);
                }
                else
                {
                    Error("spell.unknown", $"casts a spell that is not known: {Shown(further)}");
                }
            }
        }

        void Error(string code, string message) => subject.Error(step.Pointer + "/spell", code, $"Step '{step.Step.Id}' {message}.");

        static string Shown(IEnumerable<string> path) => string.Join(" → ", path);
    }
}
