using System.Globalization;
using System.Net;
using Grimoire.Documents;
using Grimoire.Functions.Casting;

namespace Grimoire.Functions.Http;

/// <summary>An error as the caller sees it: RFC 9457.</summary>
/// <param name="Status">Of the answer.</param>
/// <param name="Code">Stable, for programs; listed in docs/http.md.</param>
/// <param name="Detail">For people: what is wrong and what would be right.</param>
/// <param name="Errors">All that is wrong with a document; pointers lead into it.</param>
public sealed record Problem(HttpStatusCode Status, string Code, string Detail, IReadOnlyList<Finding>? Errors = null)
{
    /// <summary>More headers of the answer.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public string? TraceId { get; init; }

    public static Problem Of(Refusal refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        var status = refusal.Kind switch
        {
            RefusalKind.NotFound => HttpStatusCode.NotFound,
            RefusalKind.State => HttpStatusCode.Conflict,
            RefusalKind.Limit => HttpStatusCode.TooManyRequests,
            _ => HttpStatusCode.UnprocessableEntity,
        };
        return new Problem(status, refusal.Code, refusal.Message, refusal.Errors)
        {
            Headers = refusal.RetryAfter is { } wait ? [("Retry-After", Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture))] : [],
        };
    }

    public RefusedException Refused() => new(this);

    public object Body() => new
    {
        Type = $"urn:grimoire:problem:{Code}",
        Title = Status switch
        {
            HttpStatusCode.BadRequest => "The request is not valid",
            HttpStatusCode.Unauthorized => "Who calls is not known",
            HttpStatusCode.Forbidden => "The key is not enough for that",
            HttpStatusCode.NotFound => "There is no such thing",
            HttpStatusCode.Conflict => "That cannot be done now",
            HttpStatusCode.Gone => "It is there no longer",
            HttpStatusCode.PreconditionFailed => "It has changed meanwhile",
            HttpStatusCode.RequestEntityTooLarge => "The request is too large",
            HttpStatusCode.UnsupportedMediaType => "The body is of another type",
            HttpStatusCode.RequestedRangeNotSatisfiable => "There are not so many bytes",
            HttpStatusCode.UnprocessableEntity => "What is asked for cannot be done",
            HttpStatusCode.TooManyRequests => "A limit of the account is reached",
            HttpStatusCode.ServiceUnavailable => "Something that is needed is away",
            _ => "Something went wrong",
        },
        Status = (int)Status,
        Detail,
        Code,
        TraceId,
        Errors,
    };
}

/// <summary>A request is refused: <see cref="HttpFailures"/> answers with the problem.</summary>
public sealed class RefusedException(Problem problem) : Exception($"{problem.Code}: {problem.Detail}")
{
    public Problem Problem { get; } = problem;
}
