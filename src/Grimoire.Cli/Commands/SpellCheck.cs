using System.Text.Json.Nodes;
using Grimoire.Cli.Api;
using Grimoire.Cli.Documents;
using Grimoire.Cli.Output;

namespace Grimoire.Cli.Commands;

/// <summary>Lets the app check the spell of a file, and shows what it finds with file, line and column.</summary>
static class SpellCheck
{
    public static async Task<JsonObject> OfAsync(Session session, DocumentFile file, JsonObject? inputs, CancellationToken cancellation)
    {
        // As it stands it is checked by the app alone, also if it cannot be read; with inputs it has to go into another document.
        var isWrapped = inputs is not null && file.Content is not null;
        var call = isWrapped
            ? Call.Post("spells/validate", new JsonObject { ["spell"] = file.ToJson(), ["inputs"] = inputs!.DeepClone() })
            : Call.Post("spells/validate") with { Body = file.Bytes, MediaType = file.MediaType };
        var found = await session.AskAsync(call.OfAccount().Again(), cancellation).ConfigureAwait(false);
        var prefix = isWrapped ? "/spell" : "";
        var dryRun = found.Node("dryRun");
        var wrongInputs = dryRun.List("inputErrors").Concat(dryRun.List("errors")).ToList();
        var isValid = found.Flag("valid") == true && wrongInputs.Count == 0;
        var result = new JsonObject
        {
            ["file"] = file.Path,
            ["valid"] = isValid,
            ["errors"] = new JsonArray([.. found.List("errors").Select(finding => file.Placed(finding, prefix))]),
            ["warnings"] = new JsonArray([.. found.List("warnings").Select(finding => file.Placed(finding, prefix))]),
        };
        if (dryRun is not null)
        {
            result["dryRun"] = dryRun.DeepClone();
        }

        if (!session.Terminal.IsJson)
        {
            Write(file, found, prefix, isValid, dryRun, wrongInputs);
        }

        return result;
    }

    /// <summary>What the app has found wrong with a document that it would not take.</summary>
    public static void WriteRefusal(DocumentFile file, ProblemException problem)
    {
        foreach (var finding in problem.Findings)
        {
            Terminal.Note(file.Line("error", finding));
        }

        if (problem.Findings.Count == 0)
        {
            Terminal.Note($"{file.Path}: error {problem.ProblemCode}: {problem.Message}");
        }
    }

    public static void WriteWarnings(DocumentFile file, JsonNode? saved)
    {
        foreach (var finding in saved.List("warnings"))
        {
            Terminal.Note(file.Line("warning", finding));
        }
    }

    static void Write(DocumentFile file, JsonNode? found, string prefix, bool isValid, JsonNode? dryRun, List<JsonNode?> wrongInputs)
    {
        foreach (var finding in found.List("errors"))
        {
            Terminal.Note(file.Line("error", finding, prefix));
        }

        foreach (var finding in found.List("warnings"))
        {
            Terminal.Note(file.Line("warning", finding, prefix));
        }

        foreach (var finding in wrongInputs)
        {
            Terminal.Note($"{file.Path}: with these inputs: error {finding.Text("code")}: {finding.Text("message")} ({finding.Text("pointer")})");
        }

        if (isValid)
        {
            Terminal.Say($"{file.Path}: valid");
        }

        if (dryRun is null)
        {
            return;
        }

        foreach (var step in dryRun.List("steps"))
        {
            var items = step.Whole("items") is { } count ? $", {Wording.Count(count, "element")}" : "";
            Terminal.Say($"  {step.Text("id")}  {step.Text("outcome")}{items}  {step.Text("tool") ?? step.Text("spell")}  {Terminal.Inline(step.Node("input"))}");
        }

        var sum = Wording.Money(dryRun.Usd("estimateUsd") ?? 0);
        Terminal.Say($"  would cost {(dryRun.Flag("estimateIsComplete") == true ? "" : "at least ")}{sum}{(dryRun.Flag("exceedsBudget") == true ? ", which is more than its budget" : "")}");
    }
}
