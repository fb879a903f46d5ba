using Grimoire.Schemas;

namespace Grimoire.Spells;

/// <summary>What a spell says about itself: the schema of its inputs, times, limits.</summary>
static class SettingsCheck
{
    public static void Run(SpellSubject subject, SpellLimits limits)
    {
        Inputs(subject);
        foreach (var step in subject.Steps)
        {
            if (subject.ById[step.Step.Id] is { } first && first != step)
            {
                subject.Error(step.Pointer + "/id", "step.duplicateId",
                    $"Step {step.Index} has the same id as step {first.Index}: '{step.Step.Id}'. Ids are unique within a spell.");
            }

            Times(subject, step);
        }

        if (subject.Steps.Count > limits.Steps)
        {
            subject.Error("/steps", "field.tooMany", $"'steps' has {subject.Steps.Count} items; {limits.Steps} are allowed.");
        }
    }

    static void Inputs(SpellSubject subject)
    {
        if (subject.Spell.Inputs is { } schema)
        {
            SchemaCheck.Run(schema, "/inputs", subject.Schemas, subject.Error);
            if (SchemaView.Of(schema)?.Types() is { } types && !types.Contains("object"))
            {
                subject.Error("/inputs/type", "schema.invalid", "The inputs of a spell are an object; the schema's type has to be 'object'.");
            }
        }
    }

    static void Times(SpellSubject subject, StepSubject step)
    {
        if (step.Step.Timeout > subject.Spell.Timeout)
        {
            subject.Error(step.Pointer + "/timeout", "timeout.longerThanSpell",
                $"Step '{step.Step.Id}' may take longer than the whole cast: its 'timeout' is longer than the spell's.");
        }

        if (step.Step.Retry?.Within > step.Step.Timeout)
        {
            subject.Warn(step.Pointer + "/retry/within", "retry.longerThanTimeout",
                $"Step '{step.Step.Id}' will time out before its retries are over: 'within' is longer than 'timeout'.");
        }
    }
}
