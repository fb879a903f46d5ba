using System.Text;

namespace Grimoire.Bench.Http;

/// <summary>A request to the app, and what must be answered.</summary>
/// <param name="Request">The request.</param>
/// <param name="Status">The answer's status.</param>
/// <param name="Body">The answer's body; null where it is different each time.</param>
internal sealed record Call(Request Request, int Status, byte[]? Body)
{
    public const int Steps = 5;

    public static Call Ping(AppProcess app) => new(app.Get("ping"), 200, "pong"u8.ToArray());

    /// <summary>Starts an orchestration of five steps.</summary>
    public static Call Start(AppProcess app) => new(app.Post("start", Work), 202, null);

    /// <summary>Starts one and waits for its result, the number of steps.</summary>
    public static Call Run(AppProcess app) => new(app.Post("run", Work), 200, Encoding.ASCII.GetBytes($"{Steps}"));

    /// <summary>Starts one that waits for an event.</summary>
    public static Call Wait(AppProcess app) => new(app.Post("wait", "{}"), 202, null);

    /// <summary>How many instances have a status.</summary>
    public static Call Count(AppProcess app, string status) => new(app.Get("count/" + status), 200, null);

    static string Work => $$"""{"n":{{Steps}}}""";

    public void Verify(Answer answer) => Check.That(
        answer.Status == Status && (Body is null || answer.Body.Span.SequenceEqual(Body)),
        $"{Request.Method} {Request.Url} should give {Status} and gave {answer.Status}: {answer.Text}");
}
