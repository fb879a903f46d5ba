using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Documents;
using Grimoire.Functions.Activities;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Security;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tools.Http;
using Grimoire.Functions.Webhooks;
using Grimoire.Tools;
using Grimoire.Webhooks;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Http;

/// <summary>Callbacks of the providers of jobs. They are verified here, and answered with success only when what they say cannot be lost any more.</summary>
public sealed class WebhooksApi(
    CallbackIntake intake, CallbackUrls urls, RunIds runs, CastStore casts, ToolCatalog tools, JobReader reader, WebhookOptions options, TimeProvider time)
{
    /// <summary>To the address of one attempt.</summary>
    [Function("AttemptCallback")]
    [Open]
    public async Task<HttpResponseData> AttemptAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/webhooks/{castId}/{stepId}/{attempt}")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string castId,
        string stepId,
        string attempt,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var key = KeyOf(request, castId, stepId, attempt);
        Verify(await urls.CheckAsync(request.Query["token"], key, time.GetUtcNow(), cancellation).ConfigureAwait(false));
        var body = await BodyAsync(request, cancellation).ConfigureAwait(false);
        if (await casts.FindAsync(key.CastId, cancellation).ConfigureAwait(false) is not { } manifest)
        {
            throw Unknown($"There is no cast '{castId}' any more.");
        }

        var tool = manifest.ToolOf(manifest.Step(stepId));
        var message = MessageOf(request, tool, manifest.Account, body, Signed(request, tool, manifest.Account, body));
        return await AnswerAsync(request, await intake.TakeAsync(client, key, message, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
    }

    /// <summary>To the one address of a tool, whose provider knows nothing but its own id of the job.</summary>
    [Function("ToolCallback")]
    [Open]
    public async Task<HttpResponseData> ToolAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/webhooks/{toolId}")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string toolId,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var account = request.Account();
        var set = await tools.OfAsync(account, cancellation).ConfigureAwait(false);
        if (set.Find(RouteNames.Tool(toolId)) is not { Job.Callback: { RunId: { } runIdIn, Signature: var signature } } tool)
        {
            throw Unknown($"There is no tool '{toolId}' that is called back at this address.");
        }

        if (signature.Kind == SignatureKind.Url)
        {
            throw Forged($"The callbacks of '{toolId}' are known by their address, and this is nobody's.");
        }

        var body = await BodyAsync(request, cancellation).ConfigureAwait(false);
        var message = MessageOf(request, tool, account, body, Signed(request, tool, account, body));
        if (reader.TextIn(tool, account, message.Content, runIdIn) is not { Length: > 0 and <= 500 } runId)
        {
            throw Malformed("The message does not say which job it is about where the tool's job.callback.runId looks for it.");
        }

        var key = await runs.FindAsync(account, tool.Id, runId, cancellation).ConfigureAwait(false)
            ?? await runs.KeepAsync(account, tool.Id, runId, message, cancellation).ConfigureAwait(false);
        var outcome = key is null ? CallbackOutcome.Early : await intake.TakeAsync(client, key, message, cancellation).ConfigureAwait(false);
        return await AnswerAsync(request, outcome, cancellation).ConfigureAwait(false);
    }

    static AttemptKey KeyOf(HttpRequestData request, string castId, string stepId, string attempt)
    {
        int? item = null;
        if (request.Query["item"] is { Length: > 0 } text)
        {
            item = Whole(text, 0);
        }

        return Spells.Names.StepId().IsMatch(stepId)
            ? new AttemptKey(RouteNames.Cast(castId), stepId, item, Whole(attempt, 1))
            : throw Malformed("This is the address of no attempt.");
    }

    static int Whole(string text, int least) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= 1_000_000
        ? number
        : throw Malformed("This is the address of no attempt.");

    /// <summary>The provider's own signature, where the definition says that there is one.</summary>
    SignatureCheck? Signed(HttpRequestData request, ToolDefinition tool, string account, ReadOnlyMemory<byte> body)
    {
        if (tool.Job?.Callback?.Signature is not { } signature || !signature.SignsMessages())
        {
            return null;
        }

        var check = signature.VerifyMessage(
            name => request.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null, body.Span, reader.SecretsOf(tool, account), time.GetUtcNow());
        Verify(check);
        return check;
    }

    static void Verify(SignatureCheck check)
    {
        switch (check.Outcome)
        {
            case SignatureOutcome.Valid:
                return;
            case SignatureOutcome.Unverifiable:
                throw Refused(CallbackOutcome.Unverifiable, new Problem(HttpStatusCode.ServiceUnavailable, "callback.unverifiable", check.Reason));
            case SignatureOutcome.Expired:
                throw Refused(CallbackOutcome.Expired, new Problem(HttpStatusCode.Gone, "callback.expired", check.Reason));
            case SignatureOutcome.Malformed:
                throw Malformed(check.Reason);
            default:
                throw Forged(check.Reason);
        }
    }

    EarlyMessage MessageOf(HttpRequestData request, ToolDefinition tool, string account, ReadOnlyMemory<byte> body, SignatureCheck? check)
    {
        var findings = new List<Finding>();
        var json = DocumentText.Parse(System.Text.Encoding.UTF8.GetString(body.Span), DocumentFormat.Json, options.MaxBytes, findings);
        if (findings.Count > 0)
        {
            throw Malformed($"The body is not JSON that can be understood: {findings[0].Message}");
        }

        var headers = new JsonObject();
        foreach (var name in KeptHeaders.Of(tool))
        {
            if (request.Headers.TryGetValues(name, out var values))
            {
                headers[name] = string.Join(", ", values);
            }
        }

        var content = new JsonObject { ["headers"] = headers, ["body"] = json };
        var id = check?.MessageId ?? CallbackIntake.IdOf(reader.TextIn(tool, account, content, tool.Job?.Callback?.MessageId), body.Span);
        return new EarlyMessage(id, time.GetUtcNow(), content);
    }

    async Task<ReadOnlyMemory<byte>> BodyAsync(HttpRequestData request, CancellationToken cancellation)
    {
        var buffer = new byte[4096];
        var length = 0;
        while (await request.Body.ReadAsync(buffer.AsMemory(length), cancellation).ConfigureAwait(false) is > 0 and var read)
        {
            length += read;
            if (length > options.MaxBytes)
            {
                throw Refused(CallbackOutcome.TooLarge, new Problem(HttpStatusCode.RequestEntityTooLarge, "callback.tooLarge", string.Create(CultureInfo.InvariantCulture, $"A callback may have {options.MaxBytes} bytes.")));
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(buffer.Length * 4, options.MaxBytes + 1));
            }
        }

        return buffer.AsMemory(0, length);
    }

    static Task<HttpResponseData> AnswerAsync(HttpRequestData request, CallbackOutcome outcome, CancellationToken cancellation)
    {
        if (outcome == CallbackOutcome.Unknown)
        {
            throw Unknown("There is no such attempt.");
        }

        Count(outcome);
        return Answer.JsonAsync(request, outcome == CallbackOutcome.Early ? HttpStatusCode.Accepted : HttpStatusCode.OK, new { outcome }, cancellation);
    }

    static RefusedException Unknown(string why) => Refused(CallbackOutcome.Unknown, new Problem(HttpStatusCode.NotFound, "callback.unknown", why));

    static RefusedException Forged(string why) => Refused(CallbackOutcome.Forged, new Problem(HttpStatusCode.Unauthorized, "callback.forged", why));

    static RefusedException Malformed(string why) => Refused(CallbackOutcome.Malformed, new Problem(HttpStatusCode.BadRequest, "callback.malformed", why));

    static RefusedException Refused(CallbackOutcome outcome, Problem problem)
    {
        Count(outcome);
        return problem.Refused();
    }

    static void Count(CallbackOutcome outcome) => CastMetrics.Callbacks.Add(1, new KeyValuePair<string, object?>("outcome", outcome.ToString()));
}
