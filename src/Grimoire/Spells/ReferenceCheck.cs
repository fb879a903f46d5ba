using Grimoire.Documents;
using Grimoire.Expressions;
using Grimoire.Schemas;

namespace Grimoire.Spells;

/// <summary>What expressions refer to: things that are there, at the time when they are asked for.</summary>
static class ReferenceCheck
{
    public static void Run(SpellSubject subject)
    {
        foreach (var step in subject.Steps)
        {
            foreach (var template in step.Templates)
            {
                Check(subject, step, template);
            }
        }

        if (subject.Output is { } output)
        {
            Check(subject, null, output);
        }
    }

    static void Check(SpellSubject subject, StepSubject? step, PlacedTemplate template)
    {
        var roots = Roots.In(step, template);
        foreach (var reference in template.Template.References)
        {
            var place = template.Pointer + reference.Pointer;
            if (!roots.Contains(reference.Root))
            {
                UnknownRoot(subject, reference, place, roots);
            }
            else if (reference.Root == Roots.Steps)
            {
                StepReference(subject, step, reference, place);
            }
            else
            {
                Fields(subject, step, reference, place);
            }
        }
    }

    static void UnknownRoot(SpellSubject subject, Reference reference, string place, IReadOnlyList<string> roots)
    {
        var (code, reason) = reference.Root switch
        {
            "secret" => ("secret.refused", "Spells are handed around and kept, so they cannot name secrets; put the secret into the definition of the tool."),
            "config" => ("secret.refused", "Spells cannot read the app's configuration; put it into the definition of the tool."),
            Roots.Item or Roots.Index => ("reference.root", $"'{reference.Root}' is there only in 'with' of a step with 'forEach'."),
            Roots.Error => ("reference.root", "'error' is there only in a step that 'catch' leads to, and in the 'value' of 'catch'."),
            _ => ("reference.root", $"There is no '{reference.Root}' here, only {string.Join(", ", roots)}{Suggestion.Hint(reference.Root, roots)}"),
        };
        subject.Error(place, code, reason);
    }

    static void StepReference(SpellSubject subject, StepSubject? step, Reference reference, string place)
    {
        if (reference.Path is not [string id, ..])
        {
            subject.Error(place, "reference.step", "Which step is meant has to be written out: ${steps.<id>.output}.");
            return;
        }

        if (!subject.ById.TryGetValue(id, out var source))
        {
            subject.Error(place, "reference.step", $"The spell has no step '{id}'; it has {subject.Steps.Count} steps{Suggestion.Hint(id, subject.ById.Keys)}");
        }
        else if (source == step)
        {
            subject.Error(place, "reference.self", $"Step '{id}' refers to its own output.");
        }
        else if (step is not null && subject.Spell.Order == StepOrder.Sequence && source.Index > step.Index)
        {
            subject.Error(place, "reference.later", $"Step '{step.Step.Id}' refers to step '{id}', which runs after it.");
        }
        else if (reference.Path is [_, "status"] or [_, "error", ..])
        {
            // What every step has when it has ended; "error" only if it has failed, and that is for ?? to say.
            return;
        }
        else if (reference.Path is not [_, "output", ..])
        {
            subject.Error(place, "reference.field", $"Of a step there is ${{steps.{id}.output}}, ${{steps.{id}.status}} and ${{steps.{id}.error}}.");
        }
        else
        {
            Presence(subject, step, source, reference, place);
            Fields(subject, step, reference, place);
        }
    }

    static void Presence(SpellSubject subject, StepSubject? step, StepSubject source, Reference reference, string place)
    {
        if (reference.Guarded)
        {
            return;
        }

        if (source.NeverRuns)
        {
            subject.Error(place, "reference.neverRuns", $"Step '{source.Step.Id}' never runs: its 'when' is always false. It has no output to refer to.");
        }
        else if (step is not null && step.Handles.Contains(source))
        {
            subject.Error(place, "reference.failed", $"Step '{step.Step.Id}' runs only when step '{source.Step.Id}' has failed, and then that has no output.");
        }
        else if (source.MayHaveNoOutput is { } reason && !SameCondition(step, source))
        {
            subject.Warn(place, "reference.mayBeMissing",
                $"Step '{source.Step.Id}' may have no output: {reason}. Say what is taken instead: ${{… ?? …}}.");
        }
    }

    static bool SameCondition(StepSubject? step, StepSubject source) =>
        !source.IsHandler && source.Step.OnError == OnError.Fail && source.Step.Catch.All(clause => clause.Step is null)
        && step?.Step.When is { } when && System.Text.Json.Nodes.JsonNode.DeepEquals(when, source.Step.When);

    static void Fields(SpellSubject subject, StepSubject? step, Reference reference, string place)
    {
        if (Flow.ProblemOf(reference, subject, step) is { } problem)
        {
            var before = Flow.Shown(reference.Root, [.. reference.Path.Take(reference.Root == Roots.Steps ? 2 : 0), .. problem.Before]);
            if (reference.Root == Roots.Inputs && problem is { Before.Count: 0, Name: { } name })
            {
                subject.Error(place, "reference.input",
                    $"The spell has no input '{name}'{Suggestion.Hint(name, SchemaView.Of(subject.Spell.Inputs)?.Fields ?? [])}");
            }
            else if (problem.IsCertain)
            {
                subject.Error(place, "reference.field", $"'{before}' {problem.Message}");
            }
            else
            {
                subject.Warn(place, "reference.field", $"'{before}' {problem.Message}; its schema does not mention it");
            }
        }
        else if (reference is { Root: Roots.Inputs, Guarded: false, Path: [string input, ..] }
            && SchemaView.Of(subject.Spell.Inputs) is { } inputs && inputs.Fields.Contains(input) && !inputs.Requires(input) && !inputs.HasDefault(input))
        {
            subject.Warn(place, "reference.mayBeMissing",
                $"Input '{input}' is not required and has no default, so that it may be missing. Say what is taken instead: ${{inputs.{input} ?? …}}.");
        }
    }
}
