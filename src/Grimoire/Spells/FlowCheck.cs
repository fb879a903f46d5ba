using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Documents;
using Grimoire.Expressions;
using Grimoire.Schemas;

namespace Grimoire.Spells;

/// <summary>What is passed to tools and spells: that it fits the schema of their input as far as that can be known before anything runs.</summary>
static class FlowCheck
{
    public static void Run(SpellSubject subject)
    {
        foreach (var step in subject.Steps)
        {
            ForEach(subject, step);
            if (step.InputSchema is { } schema && (step.With is not null || step.Step.With is null))
            {
                Known(subject, step, schema);
                Types(subject, step, schema);
            }
        }
    }

    static void ForEach(SpellSubject subject, StepSubject step)
    {
        if (step.ForEach is not { } forEach)
        {
            return;
        }

        IReadOnlySet<string>? types = null;
        if (WholePath.Of(forEach.Template, "") is { } reference)
        {
            types = Flow.ViewOf(reference, subject, step)?.Types();
        }
        else if (forEach.Template.IsConstant && Constants.TryEvaluate(forEach.Template, out var value))
        {
            types = new HashSet<string> { SchemaView.TypeOf(value) };
        }

        if (types is not null && !types.Contains("array"))
        {
            subject.Error(forEach.Pointer, "input.type", $"'forEach' of step '{step.Step.Id}' comes to {Flow.Article(types)}; an array is wanted.");
        }
    }

    // What is written out is checked as it is; what is not known yet is left out of account.
    static void Known(SpellSubject subject, StepSubject step, JsonObject schema)
    {
        var unknown = step.With?.Template.References.Select(reference => reference.Pointer).ToHashSet(StringComparer.Ordinal) ?? [];
        var value = JsonSchemas.WithDefaults(schema, step.With is { } with ? WithConstants(with.Template.Source) : new JsonObject());
        var errors = subject.Schemas.Validate(schema, value);
        foreach (var error in errors.Where(error => Counts(error, unknown, schema)))
        {
            var name = JsonPointer.Parts(error.Pointer) is [.., var last] ? last : "with";
            var (code, message) = error.Kind switch
            {
                SchemaErrorKind.Required => ("input.missing", $"Step '{step.Step.Id}' lacks '{name}', which {step.Callee} requires."),
                SchemaErrorKind.Additional => ("input.unknown", 
                    $"Step '{step.Step.Id}' passes '{name}', which {step.Callee} does not take: it {error.Message}"),
                _ => ("input.invalid", $"Step '{step.Step.Id}' passes what {step.Callee} does not take: '{name}' {error.Message}."),
            };
            subject.Error(step.Step.With is null ? step.Pointer + "/with" : step.Pointer + "/with" + error.Pointer, code, message);
        }
    }

    static bool Counts(SchemaError error, HashSet<string> unknown, JsonObject schema)
    {
        if (error.Kind == SchemaErrorKind.Additional && IsForbidden(error.Pointer, unknown, schema))
        {
            return true;
        }

        if (error.Kind == SchemaErrorKind.Effort || unknown.Any(place => IsAtOrBelow(error.Pointer, place)))
        {
            return false;
        }

        // How a choice between forms ends may hang on what is not known yet.
        if (unknown.Count > 0 && !IsPlain(schema, error.Kind is SchemaErrorKind.Required or SchemaErrorKind.Additional ? JsonPointer.Parent(error.Pointer) : error.Pointer))
        {
            return false;
        }

        return error.Kind is SchemaErrorKind.Required or SchemaErrorKind.Additional or SchemaErrorKind.Count or SchemaErrorKind.Type
            || !unknown.Any(place => IsAtOrBelow(place, error.Pointer));
    }

    /// <summary>What fields there are is known before what they come to is; and what a schema itself says of them holds in each of its forms.</summary>
    static bool IsForbidden(string field, HashSet<string> unknown, JsonObject schema)
    {
        var owner = JsonPointer.Parent(field);
        return !unknown.Any(place => IsAtOrBelow(owner, place)) && At(schema, owner)?.Forbids(JsonPointer.Parts(field)[^1]) == true;
    }

    static void Types(SpellSubject subject, StepSubject step, JsonObject schema)
    {
        if (step.With is not { } with)
        {
            return;
        }

        foreach (var place in with.Template.References.Select(reference => reference.Pointer).Distinct())
        {
            if (!IsPlain(schema, place) || At(schema, place)?.Types() is not { } wanted || !JsonPointer.TryFind(with.Template.Source, place, out var source))
            {
                continue;
            }

            var (given, what) = WholePath.IsText(source)
                ? (new HashSet<string> { "string" }, "Text with an expression in it")
                : WholePath.Of(with.Template, place) is { } reference
                    ? (Flow.ViewOf(reference, subject, step)?.Types(), $"'{Flow.Shown(reference.Root, reference.Path)}'")
                    : (null, "");
            if (given is not null && !given.Overlaps(wanted))
            {
                subject.Error(with.Pointer + place, "input.type",
                    $"{what} is {Flow.Article(given)}; {Flow.Article(wanted)} is wanted by {step.Callee} in step '{step.Step.Id}'.");
            }
        }
    }

    static SchemaView? At(JsonObject schema, string pointer)
    {
        var view = SchemaView.Of(schema);
        foreach (var part in JsonPointer.Parts(pointer))
        {
            view = view?.Types() is { } types && types.Contains("array") && int.TryParse(part, out var index) ? view.Item(index) : view?.Field(part);
        }

        return view;
    }

    static bool IsPlain(JsonObject schema, string pointer)
    {
        for (var place = pointer; ; place = JsonPointer.Parent(place))
        {
            if (At(schema, place)?.IsCombined == true)
            {
                return false;
            }

            if (place.Length == 0)
            {
                return true;
            }
        }
    }

    /// <summary>The same with expressions that refer to nothing in place of what they come to.</summary>
    internal static JsonNode? WithConstants(JsonNode? source) => source switch
    {
        JsonObject fields => new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, WithConstants(field.Value)))),
        JsonArray items => new JsonArray([.. items.Select(WithConstants)]),
        { } value when value.GetValueKind() == JsonValueKind.String && Template.Parse(value, []) is { IsConstant: true } constant
            && Constants.TryEvaluate(constant, out var result) => result?.DeepClone(),
        _ => source?.DeepClone(),
    };

    static bool IsAtOrBelow(string pointer, string place) =>
        pointer == place || pointer.StartsWith(place + "/", StringComparison.Ordinal);
}
