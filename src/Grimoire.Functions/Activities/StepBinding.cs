using System.Globalization;
using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Expressions;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Spells;

namespace Grimoire.Functions.Activities;

/// <summary>Puts values in the place of a step's expressions. What cannot be bound is a failure of the step in phase "bind".</summary>
public sealed class StepBinding(CastStore casts)
{
    readonly ImmutableCache<JsonArray> _items = new(capacity: 64);

    /// <summary>What goes into the step's tool, or why that cannot be told.</summary>
    public async Task<(JsonObject? Input, Failure? Failure)> InputAsync(CastManifest manifest, Step step, StepRequest order, CancellationToken cancellation)
    {
        try
        {
            var scope = await StepScope.OfAsync(manifest, order.Views, order.Error, casts, cancellation).ConfigureAwait(false);
            if (order.Item is { } index)
            {
                var items = Items(manifest, step, scope);
                scope = index < items.Count
                    ? scope.With(items[index], index)
                    : throw new ExpressionException("/forEach", 0, string.Create(CultureInfo.InvariantCulture, $"There is no element {index}: forEach has {items.Count}."));
            }

            return ((JsonObject?)Evaluate(step.With ?? [], "/with", scope), null);
        }
        catch (ExpressionException wrong)
        {
            return (null, Unbound(order, wrong));
        }
    }

    /// <summary>Whether the step runs, and for how many elements.</summary>
    internal async Task<StepDecision> DecideAsync(CastManifest manifest, Step step, StepRequest order, int maxItems, CancellationToken cancellation)
    {
        try
        {
            var scope = await StepScope.OfAsync(manifest, order.Views, order.Error, casts, cancellation).ConfigureAwait(false);
            if (step.When is not null && !IsTrue(Evaluate(step.When, "/when", scope)))
            {
                return new StepDecision(Runs: false);
            }

            if (step.ForEach is null)
            {
                return new StepDecision(Runs: true);
            }

            var count = Items(manifest, step, scope).Count;
            return count <= maxItems
                ? new StepDecision(Runs: true, count)
                : throw new ExpressionException("/forEach", 0, string.Create(CultureInfo.InvariantCulture, $"forEach may have {maxItems} elements; it has {count}."));
        }
        catch (ExpressionException wrong)
        {
            return new StepDecision(Runs: false, Failure: Unbound(order, wrong));
        }
    }

    /// <summary>What stands for the output of a step that failed.</summary>
    internal async Task<(JsonNode? Value, Failure? Failure)> CaughtAsync(CastManifest manifest, Step step, StepRequest order, CancellationToken cancellation)
    {
        try
        {
            var scope = await StepScope.OfAsync(manifest, order.Views, order.Error, casts, cancellation).ConfigureAwait(false);
            var clause = step.Catch.First(clause => clause.Catches(order.Error!.Code));
            return (Evaluate(clause.Value, "/catch/value", scope), null);
        }
        catch (ExpressionException wrong)
        {
            return (null, Unbound(order, wrong));
        }
    }

    internal static JsonNode? Evaluate(JsonNode? source, string pointer, IScope scope)
    {
        var errors = new List<TemplateError>();
        var template = Template.Parse(source, errors)
            ?? throw new ExpressionException(pointer + errors[0].Pointer, errors[0].Offset, errors[0].Message);
        try
        {
            return template.Evaluate(scope);
        }
        catch (ExpressionException wrong)
        {
            throw new ExpressionException(pointer + wrong.Pointer, wrong.Offset, wrong.Message);
        }
    }

    JsonArray Items(CastManifest manifest, Step step, IScope scope)
    {
        var name = $"{manifest.CastId}/{step.Id}";
        if (_items.Find(name) is { } known)
        {
            return known;
        }

        var items = Evaluate(step.ForEach, "/forEach", scope) as JsonArray
            ?? throw new ExpressionException("/forEach", 0, "forEach has to come to an array, and does not.");
        _items.Add(name, items);
        return items;
    }

    static bool IsTrue(JsonNode? value) => value switch
    {
        null => false,
        JsonValue one when one.TryGetValue<bool>(out var yes) => yes,
        _ => throw new ExpressionException("/when", 0, $"when has to come to true, false or null; it comes to {Excerpt(value)}."),
    };

    static string Excerpt(JsonNode value)
    {
        var text = value.ToJsonString();
        return text.Length > 60 ? text[..60] + "…" : text;
    }

    static Failure Unbound(StepRequest order, ExpressionException wrong) => new()
    {
        Code = "bind.failed",
        Message = wrong.Message,
        Phase = Phase.Bind,
        Step = order.Step,
        Item = order.Item,
        Attempt = order.Attempt,
        Details = new JsonObject { ["pointer"] = wrong.Pointer, ["offset"] = wrong.Offset },
    };
}
