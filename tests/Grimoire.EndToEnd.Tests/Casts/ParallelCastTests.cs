using System.Net;
using Grimoire.EndToEnd.Tests.Support;

namespace Grimoire.EndToEnd.Tests.Casts;

/// <summary>Many casts at once.</summary>
[Collection(RunningCastsTests.Name)]
public sealed class ParallelCastTests(RunningCasts running)
{
    const string FiveSteps = """
        [
          { "id": "first", "tool": "sandbox.paid", "with": { "value": 1 } },
          { "id": "second", "tool": "sandbox.paid", "with": { "value": "${steps.first.output.value + 1}" } },
          { "id": "text", "tool": "text.template", "with": { "template": "{{n}}", "values": { "n": "${steps.second.output.value}" } } },
          { "id": "nothing", "tool": "noop" },
          { "id": "third", "tool": "sandbox.paid", "with": { "value": "${number(steps.text.output.text) + 1}" } }
        ]
        """;

    readonly CastingApp _app = running.App;

    [Theory]
    [InlineData(10)]
    [InlineData(200)]
    [Trait("Row", "NX11")]
    [Trait("Row", "SP11")]
    [Trait("Row", "SP12")]
    public async Task All_complete_at_their_cost_and_health_answers_meanwhile(int casts)
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, casts).Select(_ => _app.CastAsync(FiveSteps)));
        Assert.Equal(casts, ids.Distinct().Count());

        // Looked at one after the other, each until it has ended: between any two looks the app has to say that it is well.
        foreach (var id in ids)
        {
            await _app.SeeAsync(id, cast => cast.Status() is not ("pending" or "running"));
            using var health = await _app.Process.Http.GetAsync("api/health/live");
            Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        }

        var keys = (await _app.Sandbox.CallsAsync("/paid", take: 1)).Keys;
        foreach (var id in ids)
        {
            var cast = await _app.EndAsync(id);
            Assert.Equal((3, 0.03m), ((int)cast["output"]!["value"]!, cast.CostUsd()));
            Assert.Equal(
                [($"{id}.first.1", 1), ($"{id}.second.1", 1), ($"{id}.third.1", 1)],
                keys.Where(key => key.Key.StartsWith(id, StringComparison.Ordinal)).OrderBy(key => key.Key, StringComparer.Ordinal).Select(key => (key.Key, key.Value)));
        }
    }
}
