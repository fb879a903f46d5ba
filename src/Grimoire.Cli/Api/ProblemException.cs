using System.Net;
using System.Text.Json.Nodes;

namespace Grimoire.Cli.Api;

/// <summary>The app has refused a request, or could not answer it.</summary>
sealed class ProblemException(HttpStatusCode status, JsonNode? problem, string message) : CliException(ExitOf(status, problem), message)
{
    public HttpStatusCode Status { get; } = status;

    /// <summary>The stable code; null if whoever has answered is not the app.</summary>
    public string? ProblemCode { get; } = problem.Text("code");

    public string? TraceId { get; } = problem.Text("traceId");

    public IReadOnlyList<JsonNode?> Findings { get; } = [.. problem.List("errors")];

    static ExitCode ExitOf(HttpStatusCode status, JsonNode? problem) => (int)status switch
    {
        401 or 403 => ExitCode.NotAllowed,
        404 or 410 => ExitCode.NotFound,
        409 or 412 or 429 => ExitCode.Conflict,
        422 when problem.Text("code") == "idempotencyKey.reused" => ExitCode.Conflict,
        413 or 422 => ExitCode.Invalid,
        >= 500 => ExitCode.Unavailable,
        _ => ExitCode.Usage,
    };
}
