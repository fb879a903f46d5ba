using System.Text.Json.Nodes;
using Grimoire.Cli.Api;

namespace Grimoire.Cli.Output;

/// <summary>Shows what the app refuses, and why: code, detail, and each error with its place and message.</summary>
static class ProblemReport
{
    public static void Write(ProblemException problem)
    {
        Terminal.Error(problem.ProblemCode is { } code ? $"{code}: {problem.Message}" : problem.Message);
        foreach (var finding in problem.Findings)
        {
            Terminal.Note($"  {Place(finding)}: {finding.Text("code")}: {finding.Text("message")}");
        }

        if (problem.TraceId is { } trace)
        {
            Terminal.Note($"  The log of the app has more under {trace}.");
        }
    }

    static string Place(JsonNode? finding)
    {
        var pointer = finding.Text("pointer") is { Length: > 0 } named ? named : "(all of it)";
        return finding.Whole("line") is { } line ? $"{pointer}, line {line}, column {finding.Whole("column")}" : pointer;
    }
}
