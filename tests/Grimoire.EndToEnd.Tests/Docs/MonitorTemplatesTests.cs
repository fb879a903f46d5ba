using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.EndToEnd.Tests.FirstMinutes;
using Grimoire.EndToEnd.Tests.Support;
using Xunit.Abstractions;

namespace Grimoire.EndToEnd.Tests.Docs;

/// <summary>
/// The tabs for Durable Functions Monitor, rendered with what it gives them, of a real cast and a real cook. It is given the instance with its history, in which inputs and
/// results are texts.
/// </summary>
public sealed class MonitorTemplatesTests(ITestOutputHelper output)
{
    const string Hostile = "<img src=x onerror=alert(1)>\"'&";

    [NpmFact]
    public async Task The_tab_of_a_cast_shows_its_attempts_and_what_it_waits_for()
    {
        await using GrimoireApp app = await GrimoireApp.StartAsync(storage: null);
        JsonNode cast = await WaitingCastAsync(app);

        string tab = await RenderAsync("Cast.CastSpell.liquid", cast);

        Assert.Contains("<b>running</b>: the spell <b>tour</b>", tab, StringComparison.Ordinal);
        Assert.Contains("2 of 3 steps are done", tab, StringComparison.Ordinal);
        Assert.Contains($"href=\"/#/casts/{cast["InstanceId"]}\"", tab, StringComparison.Ordinal);
        Assert.Contains("<td>shout[0]</td> <td>1</td> <td>RunTool</td>", tab, StringComparison.Ordinal);
        Assert.Contains("<td>shout[1]</td> <td>1</td> <td>RunTool</td>", tab, StringComparison.Ordinal);
        Assert.Matches("<td>parse</td> <td>1</td> <td>RunTool</td> <td>[-: 0-9]{19}</td> <td>[0-9]+</td> <td>failed: <code>json.malformed</code></td>", tab);
        Assert.Contains("<td>&lt;script&gt;alert(1)&lt;/script&gt;</td> <td>3 of 3</td>", tab, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", tab, StringComparison.OrdinalIgnoreCase);
    }

    [NpmFact]
    public async Task The_tab_of_a_cook_shows_its_progress_and_its_pieces()
    {
        await using GrimoireApp app = await GrimoireApp.StartAsync(storage: null);
        JsonElement start = await app.ExpectAsync(System.Net.HttpStatusCode.Accepted, "POST", "cooks", new
        {
            spell = new { slug = "shouts", inputs = new { type = "object", properties = new { name = new { type = "string" } } }, steps = new[] { Step("shout", "text.case", new { text = "${inputs.name}", to = "upper" }) } },
            pieces = new[] { new { name = "Ada" }, new { name = "Grace" } },
        });
        JsonNode cook = await InstanceAsync(app, start, status => status["customStatus"]?["state"]?.GetValue<string>() == "completed");

        string tab = await RenderAsync("Cook.CookSpells.liquid", cook);

        Assert.Contains("<b>completed</b>: the spell <b>shouts</b>, generation 1; 2 of 2 pieces have ended", tab, StringComparison.Ordinal);
        Assert.Contains("<td>0</td> <td>0</td> <td>2</td> <td>0</td> <td>0</td>", tab, StringComparison.Ordinal);
        Assert.Equal(2, System.Text.RegularExpressions.Regex.Count(tab, "<td>[01]</td> <td>[-: 0-9]{19}</td> <td>completed</td>"));
    }

    [NpmTheory]
    [InlineData("Cast.CastSpell.liquid")]
    [InlineData("Cook.CookSpells.liquid")]
    public async Task Nothing_that_comes_from_a_spell_or_a_tool_is_taken_for_markup(string template)
    {
        await using GrimoireApp app = await GrimoireApp.StartAsync(storage: null);
        JsonNode data = await WaitingCastAsync(app);
        JsonObject status = data["CustomStatus"]!.AsObject();
        foreach (string field in new[] { "error", "code", "name", "heldBy" })
        {
            status[field] = Hostile;
        }

        status["progress"] = new JsonObject { ["total"] = Hostile, ["ended"] = Hostile, ["waiting"] = Hostile, ["running"] = Hostile, ["completed"] = Hostile, ["failed"] = Hostile, ["cancelled"] = Hostile, ["costUsd"] = Hostile };
        data["History"]!.AsArray().Add(new JsonObject { ["EventType"] = "EventRaised", ["Name"] = "piece.ended", ["Input"] = $$"""{"piece":{{Hostile}},"status":"{{Hostile}}"}""", ["Timestamp"] = Hostile });
        data["History"]!.AsArray().Add(new JsonObject { ["EventType"] = "TaskFailed", ["Name"] = "RunTool", ["Input"] = $$"""{"step":"{{Hostile}}","item":{{Hostile}},"attempt":{{Hostile}}""", ["Details"] = Hostile, ["Timestamp"] = Hostile });
        Spoil(data["CustomStatus"]!);
        data["InstanceId"] = Hostile;

        string tab = await RenderAsync(template, data);

        Assert.Contains("&lt;img", tab, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", tab, StringComparison.Ordinal);
        Assert.DoesNotContain("\"'&", tab, StringComparison.Ordinal);
    }

    static void Spoil(JsonNode node)
    {
        if (node is JsonObject fields)
        {
            foreach ((string name, JsonNode? value) in fields.ToList())
            {
                if (value is JsonValue)
                {
                    fields[name] = Hostile;
                }
                else if (value is not null)
                {
                    Spoil(value);
                }
            }
        }
        else if (node is JsonArray items)
        {
            foreach (JsonNode? item in items)
            {
                Spoil(item!);
            }
        }
    }

    /// <summary>A cast that has had elements and a failure, and now waits in a step with a name that is markup.</summary>
    static async Task<JsonNode> WaitingCastAsync(GrimoireApp app)
    {
        JsonElement start = await app.ExpectAsync(System.Net.HttpStatusCode.Accepted, "POST", "casts", new
        {
            spell = new
            {
                slug = "tour",
                steps = new object[]
                {
                    new { id = "shout", tool = "text.case", forEach = "${['a','b']}", with = new { text = "${item}", to = "upper" } },
                    new { id = "parse", tool = "json.parse", onError = "continue", with = new { text = "{ no json" } },
                    new { id = "rest", name = "<script>alert(1)</script>", tool = "wait", with = new { @for = "PT1H" } },
                },
            },
        });
        return await InstanceAsync(app, start, status => status["customStatus"]?["running"]?.AsArray().Any(step => step!["id"]?.GetValue<string>() == "rest" && step["waitsUntil"] is not null) == true);
    }

    static object Step(string id, string tool, object with) => new { id, tool, with };

    /// <summary>What the monitor reads of the instance, once it is as wanted.</summary>
    static async Task<JsonNode> InstanceAsync(GrimoireApp app, JsonElement start, Func<JsonNode, bool> wanted)
    {
        string url = start.GetProperty("statusQueryGetUri").GetString()! + "&showHistory=true&showHistoryOutput=true&showInput=true";
        JsonNode status = await Embedded.Functions.Tests.Support.Eventually.SeeAsync(async () => JsonNode.Parse(await app.Process.Http.GetStringAsync(url))!, wanted, app.Process);
        return new JsonObject
        {
            ["InstanceId"] = status["instanceId"]!.DeepClone(),
            ["Name"] = status["name"]!.DeepClone(),
            ["CustomStatus"] = status["customStatus"]!.DeepClone(),
            ["History"] = new JsonArray([.. status["historyEvents"]!.AsArray().Select(entry => new JsonObject
            {
                ["EventType"] = entry!["EventType"]?.DeepClone(),
                ["Name"] = (entry["FunctionName"] ?? entry["Name"])?.DeepClone(),
                ["Timestamp"] = entry["Timestamp"]?.DeepClone(),
                ["ScheduledTime"] = entry["ScheduledTime"]?.DeepClone(),
                ["Input"] = Text(entry["Input"]),
                ["Result"] = Text(entry["Result"]),
                ["DurationInMs"] = 12.3,
            })]),
        };
    }

    static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : node?.ToJsonString(Grimoire.DomainJson.Options);

    /// <summary>The markup, with one space for any white space, and none at the edge of a cell.</summary>
    async Task<string> RenderAsync(string template, JsonNode data)
    {
        var start = new ProcessStartInfo("bash", ["eng/liquid.sh", $"durable-functions-monitor/tab-templates/{template}"])
        {
            WorkingDirectory = ScriptRun.Checkout,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(data.ToJsonString());
        process.StandardInput.Close();
        string markup = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        output.WriteLine(markup);
        Assert.Equal(0, process.ExitCode);
        return string.Join(' ', markup.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Replace("<td> ", "<td>", StringComparison.Ordinal).Replace(" </td>", "</td>", StringComparison.Ordinal);
    }
}
