
namespace Grimoire.Functions.Tools.Http;

/// <summary>Kind "http": one request from a template, and what its response is mapped to; or the job that it has started, and errands to that.</summary>
sealed class HttpToolRunner(HttpCalls calls, HttpJobs jobs, Secrets secrets) : IToolRunner
{
    public bool IsPure => false;

    public bool Runs(string kind) => kind == "http";

    public async Task<ToolResult> RunAsync(ToolCall call, CancellationToken cancellation)
    {
        try
        {
            var template = call.Tool.Request ?? throw ToolFailedException.Permanent(
                "tool.invalid", $"The tool '{call.Tool.Id}' is of kind http and has no request.");
            return (call.Tool.Job, call.Job) switch
            {
                (null, _) => ToolResult.Of(await calls.OutputAsync(call, template, call.Tool.Response, new CallValues(call, secrets), cancellation).ConfigureAwait(false)),
                ({ } job, null) => await jobs.StartAsync(call, template, job, cancellation).ConfigureAwait(false),
                ({ } job, { Message: { } message }) => await jobs.TakeAsync(call, job, message, cancellation).ConfigureAwait(false),
                ({ } job, { IsOver: true }) => await jobs.CancelAsync(call, job, cancellation).ConfigureAwait(false),
                ({ } job, _) => await jobs.AskAsync(call, job, cancellation).ConfigureAwait(false),
            };
        }
        catch (ToolFailedException failed)
        {
            return new ToolResult { Failure = failed.Failure };
        }
    }
}
