using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Expressions;
using Grimoire.Functions.Storage;

namespace Grimoire.Functions.Activities;

/// <summary>What the expressions of a step may refer to.</summary>
sealed class StepScope : IScope
{
    readonly Dictionary<string, JsonNode?> _roots;

    StepScope(Dictionary<string, JsonNode?> roots) => _roots = roots;

    public bool TryGet(string root, out JsonNode? value) => _roots.TryGetValue(root, out value);

    /// <summary>Reads what the step refers to, wherever it is kept.</summary>
    public static async Task<StepScope> OfAsync(
        CastManifest manifest, IReadOnlyDictionary<string, StepView> views, Failure? error, CastStore casts, CancellationToken cancellation)
    {
        var steps = new JsonObject();
        foreach (var (id, view) in views)
        {
            var step = new JsonObject { ["status"] = Json(view.Status) };
            if (view.Output is { } output)
            {
                step["output"] = (await casts.LoadAsync(output, cancellation).ConfigureAwait(false))?.DeepClone();
            }

            if (view.Failure is { } failure)
            {
                step["error"] = Json(failure);
            }

            steps[id] = step;
        }

        var roots = new Dictionary<string, JsonNode?>
        {
            ["inputs"] = manifest.Inputs,
            ["steps"] = steps,
            ["cast"] = new JsonObject { ["id"] = manifest.CastId },
        };
        if (error is not null)
        {
            roots["error"] = Json(error);
        }

        return new StepScope(roots);
    }

    /// <summary>The same for one element of a forEach.</summary>
    public StepScope With(JsonNode? item, int index) => new(new Dictionary<string, JsonNode?>(_roots) { ["item"] = item, ["index"] = index });

    static JsonNode? Json<T>(T value) => JsonSerializer.SerializeToNode(value, DomainJson.Options);
}
