using System.Text.Json.Nodes;
using Grimoire.Documents;
using Grimoire.Expressions;
using Grimoire.Schemas;

namespace Grimoire.Spells;

/// <summary>Walks through a spell with sample inputs and says what a cast would do. Nothing is called.</summary>
public sealed class DryRun
{
    // Enough to see what happens; a thousand bound inputs help nobody.
    const int MaxShownItems = 20;

    readonly Spell _spell;
    readonly ISpellCatalog _catalog;
    readonly JsonSchemas _schemas;
    readonly JsonObject _inputs;
    readonly List<Finding> _errors = [];
    readonly HashSet<string> _skipped = new(StringComparer.Ordinal);
    readonly HashSet<string> _handlers;

    DryRun(Spell spell, ISpellCatalog catalog, JsonSchemas schemas, JsonObject inputs)
    {
        (_spell, _catalog, _schemas, _inputs) = (spell, catalog, schemas, inputs);
        _handlers = [.. spell.Steps.SelectMany(step => step.Catch).Select(clause => clause.Step).OfType<string>()];
    }

    public static DryRunReport Of(Spell spell, ISpellCatalog catalog, JsonObject? sampleInputs, JsonSchemas schemas)
    {
        var inputs = InputCheck.Of(spell, sampleInputs, schemas);
        return new DryRun(spell, catalog, schemas, inputs.Inputs).Run(inputs);
    }

    /// <summary>What stands in bound inputs for what is not known before the cast.</summary>
    public static JsonObject Unknown(string what) => new() { ["unknown"] = what };

    DryRunReport Run(InputCheck inputs)
    {
        var total = Estimate.Nothing;
        var steps = new List<DryRunStep>();
        foreach (var index in InOrder())
        {
            var (step, estimate) = One(_spell.Steps[index], JsonPointer.Append("/steps", index));
            steps.Add(step);
            total += estimate;
        }

        return new DryRunReport
        {
            InputErrors = inputs.Errors,
            Errors = _errors,
            Inputs = inputs.Inputs,
            Steps = steps,
            Output = Binding(null, null).Bind(_spell.Output, "/output"),
            EstimateUsd = total.Usd,
            EstimateIsComplete = total.IsComplete,
            BudgetUsd = _spell.BudgetUsd,
        };
    }

    (DryRunStep Step, Estimate Estimate) One(Step step, string pointer)
    {
        var outcome = Outcome(step, pointer);
        if (outcome == DryRunOutcome.Skipped)
        {
            _skipped.Add(step.Id);
            return (new DryRunStep(step.Id, step.Tool, step.Spell, outcome, null, null, 0), Estimate.Nothing);
        }

        var (input, items) = Input(step, pointer);
        var each = Estimate.Of(step, _catalog);
        var all = each.Times(step.ForEach is null ? 1 : items);
        decimal? shown = each is { Usd: 0, IsComplete: false } ? null : all.Usd;
        return (new DryRunStep(step.Id, step.Tool, step.Spell, outcome, input, items, shown), outcome == DryRunOutcome.OnFailure ? Estimate.Nothing : all);
    }

    DryRunOutcome Outcome(Step step, string pointer)
    {
        if (_handlers.Contains(step.Id))
        {
            return DryRunOutcome.OnFailure;
        }

        if (step.When is null)
        {
            return DryRunOutcome.Runs;
        }

        return !Binding(null, null).TryBind(step.When, pointer + "/when", out var value) ? DryRunOutcome.Unknown
            : Constants.IsFalse(value) ? DryRunOutcome.Skipped
            : DryRunOutcome.Runs;
    }

    (JsonNode? Input, int? Items) Input(Step step, string pointer)
    {
        if (step.ForEach is null)
        {
            return (Bound(step, Binding(null, null), pointer), null);
        }

        if (!Binding(null, null).TryBind(step.ForEach, pointer + "/forEach", out var value))
        {
            return (Binding(null, null).Bind(step.With, pointer + "/with"), null);
        }

        if (value is not JsonArray items)
        {
            _errors.Add(new Finding(pointer + "/forEach", "forEach.noArray", $"'forEach' of step '{step.Id}' comes to {ObjectReader.Noun(value)}; an array is wanted."));
            return (null, null);
        }

        var bound = items.Take(MaxShownItems).Select((item, index) => Bound(step, Binding(item, index), pointer));
        return (new JsonArray([.. bound]), items.Count);
    }

    JsonNode? Bound(Step step, PartialBinding binding, string pointer)
    {
        var input = binding.Bind(step.With, pointer + "/with");
        var schema = step.Tool is { } tool ? _catalog.FindTool(tool)?.Input : _catalog.FindSpell(step.Spell ?? "")?.Inputs;
        // Only what is known as a whole can be judged as a whole.
        if (schema is null || !binding.IsComplete)
        {
            return input;
        }

        var complete = JsonSchemas.WithDefaults(schema, input ?? new JsonObject());
        foreach (var error in _schemas.Validate(schema, complete))
        {
            _errors.Add(new Finding(
                step.With is null ? pointer + "/with" : pointer + "/with" + error.Pointer, "input.invalid",
                $"With these inputs step '{step.Id}' would fail: {(error.Pointer.Length == 0 ? "what it passes" : $"'{error.Pointer[1..]}'")} {error.Message}."));
        }

        return complete;
    }

    PartialBinding Binding(JsonNode? item, int? index)
    {
        // A step that is skipped has no output, which is known as well.
        var scope = new Scope
        {
            ["inputs"] = _inputs,
            ["steps"] = new JsonObject(),
        };
        if (index is not null)
        {
            scope["item"] = item?.DeepClone();
            scope["index"] = index;
        }

        return new PartialBinding(scope, IsKnown, _errors);

        bool IsKnown(Reference reference) => reference.Root switch
        {
            Roots.Steps => reference.Path is [string id, ..] && _skipped.Contains(id),
            Roots.Cast or Roots.Error => false,
            Roots.Item or Roots.Index => index is not null,
            _ => true,
        };
    }

    // In a graph a step is looked at after those that it waits for, so that it is known which of them are skipped.
    List<int> InOrder()
    {
        var all = Enumerable.Range(0, _spell.Steps.Count).ToList();
        if (_spell.Order == StepOrder.Sequence)
        {
            return all;
        }

        var subject = new SpellSubject(_spell, _catalog, _schemas, null);
        var ended = new HashSet<StepSubject>();
        var order = new List<int>();
        foreach (var step in subject.Steps)
        {
            Visit(step);
        }

        return order;

        void Visit(StepSubject step)
        {
            if (ended.Add(step))
            {
                foreach (var before in OrderCheck.WaitsFor(subject, step))
                {
                    Visit(before);
                }

                order.Add(step.Index);
            }
        }
    }

    sealed class Scope : Dictionary<string, JsonNode?>, IScope
    {
        public bool TryGet(string root, out JsonNode? value) => TryGetValue(root, out value);
    }
}
