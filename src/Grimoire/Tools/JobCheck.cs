using System.Text.Json;
using Grimoire.Documents;
using Grimoire.Webhooks;

namespace Grimoire.Tools;

/// <summary>Checks how the jobs of a tool are followed: that its results can arrive at all, whatever way its definition says.</summary>
static class JobCheck
{
    static readonly StatusSettings Usual = new() { Request = new RequestTemplate { Url = "" } };

    /// <param name="subject">The tool.</param>
    /// <param name="start">What the request that starts a job uses; null: there is none.</param>
    public static void Run(ToolSubject subject, Uses? start)
    {
        Delivered(subject);
        if (subject.Tool.Job is not { } job)
        {
            return;
        }

        subject.Template(job.RunId, "/job/runId", ToolRoots.Response);
        var shared = job is { Callback: { State: null } } ? ToolRoots.Response.OfCallbacks : ToolRoots.Response;
        subject.Template(job.State, "/job/state", shared);
        subject.Template(job.Progress, "/job/progress", job is { Callback: { Progress: null } } ? ToolRoots.Response.OfCallbacks : ToolRoots.Response);
        States(subject, job.States);
        Callback(subject, job, start);
        Status(subject, job);
        Errand(subject, job, job.Result, "/job/result");
        Errand(subject, job, job.Cancel, "/job/cancel");
        Mappings(subject, job);
        Heartbeat(subject, job);
    }

    static void Delivered(ToolSubject subject)
    {
        var (tool, delivery) = (subject.Tool, JsonNamingPolicy.CamelCase.ConvertName(subject.Tool.Delivery.ToString()));
        if (tool.Kind != ToolKinds.Http)
        {
            if (tool.Delivery != Delivery.Immediate)
            {
                subject.Error("/delivery", "tool.delivery", $"Results by '{delivery}' are for tools of kind 'http'; one of kind '{tool.Kind}' has its own way.");
            }

            if (tool.Job is not null)
            {
                subject.Error("/job", "tool.field", $"'job' means nothing for a tool of kind '{tool.Kind}'.");
            }

            return;
        }

        switch (tool.Delivery, tool.Job)
        {
            case (Delivery.Immediate, not null):
                subject.Error("/job", "tool.field", "'job' means nothing for a result that arrives immediately; 'delivery' has to be 'webhook' or 'poll'.");
                break;
            case (not Delivery.Immediate, null):
                subject.Error("/job", "tool.field", $"A tool whose results arrive by '{delivery}' needs 'job'.");
                break;
            case (Delivery.Webhook, { Callback: null }):
                subject.Error("/job/callback", "tool.field", "A tool that is called back needs 'job.callback', which may be empty; one that is only asked has the delivery 'poll'.");
                break;
            case (Delivery.Poll, { Status: null }):
                subject.Error("/job/status", "tool.field", "A tool that is polled needs 'job.status': how it is asked.");
                break;
        }

        if (tool is { Delivery: Delivery.Poll, Job.Callback: not null })
        {
            subject.Error("/job/callback", "tool.field",
                "'callback' means nothing for a tool that is polled; with the delivery 'webhook' it is called back, and asked once a callback is late.");
        }
    }

    static void States(ToolSubject subject, JobStates states)
    {
        var seen = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        IReadOnlyList<(string Name, IReadOnlyList<string> States)> lists =
        [
            ("queued", states.Queued), ("running", states.Running), ("succeeded", states.Succeeded),
            ("failed", states.Failed), ("cancelled", states.Cancelled), ("transient", states.Transient),
        ];
        foreach (var (name, list) in lists)
        {
            for (var index = 0; index < list.Count; index++)
            {
                if (!seen.TryAdd(list[index], name) && seen[list[index]] != name)
                {
                    subject.Error(JsonPointer.Append("/job/states/" + name, index), "tool.state",
                        $"{ObjectReader.Shown(list[index])} is in '{seen[list[index]]}', too; a state means one thing{(name == "transient" ? ", and those in 'transient' are failures anyway" : "")}.");
                }
            }
        }
    }

    static void Callback(ToolSubject subject, JobSettings job, Uses? start)
    {
        if (job.Callback is not { } callback)
        {
            return;
        }

        subject.Template(callback.RunId, "/job/callback/runId", ToolRoots.Unclaimed);
        subject.Template(callback.MessageId, "/job/callback/messageId", ToolRoots.Unclaimed);
        subject.Template(callback.State, "/job/callback/state", ToolRoots.Response.OfCallbacks);
        subject.Template(callback.Progress, "/job/callback/progress", ToolRoots.Response.OfCallbacks);
        for (var index = 0; index < callback.Signature.Secrets.Count; index++)
        {
            subject.Secret(callback.Signature.Secrets[index], JsonPointer.Append("/job/callback/signature/secrets", index));
        }

        if (callback.RunId is null)
        {
            if (start?.MayUse("callback") == false)
            {
                subject.Error("/request", "tool.callback",
                    "The provider is never told where to call back: the request has to use ${callback.url}, or, if callbacks come to the tool's one address, "
                    + "'job.callback.runId' has to say where they name their job.");
            }

            return;
        }

        if (job.RunId is null)
        {
            subject.Error("/job/runId", "tool.field", "'job.callback.runId' is compared with what the answer to the start has said: 'job.runId' has to say where that is.");
        }

        if (callback.Signature.Kind == SignatureKind.Url)
        {
            subject.Error("/job/callback/signature", "tool.callback",
                "Callbacks to a tool's one address have no token in their URL: a signature of the kind 'standard' or 'hmac' is wanted, or 'none' with all that follows from it.");
        }
    }

    static void Status(ToolSubject subject, JobSettings job)
    {
        if (job.Status is not { } status)
        {
            return;
        }

        Errand(subject, job, status.Request, "/job/status/request");
        subject.Template(status.State, "/job/status/state", ToolRoots.Response);
        subject.Template(status.Progress, "/job/status/progress", ToolRoots.Response);
        if (job.Callback is null && status.After != Usual.After)
        {
            subject.Warn("/job/status/after", "tool.unused", "'after' means nothing without 'callback'; 'first' says when the job is asked about for the first time.");
        }
    }

    /// <summary>A request about one job.</summary>
    static void Errand(ToolSubject subject, JobSettings job, RequestTemplate? request, string pointer)
    {
        if (request is null)
        {
            return;
        }

        var uses = RequestCheck.Request(subject, request, pointer, ToolRoots.Errand);
        if (job.RunId is null && uses.Names("job", "runId"))
        {
            subject.Error(pointer, "tool.job", "${job.runId} is nothing here, because 'job.runId' does not say where the answer to the start has it.");
        }

        if (!uses.MayUse("job", "attempt", "cast", "inputs"))
        {
            subject.Error(pointer, "tool.job", "The request says of no job that it is about it: it has to use ${job.runId}, ${job.start} or what else tells one job from another.");
        }
    }

    static void Mappings(ToolSubject subject, JobSettings job)
    {
        // With "result" they are for its response, which is a whole one.
        var ofCallbacks = job.Result is null ? ToolRoots.Outcome.OfCallbacks : ToolRoots.Outcome;
        var isForCallbacks = job.Callback is { Response: null };
        Mapping(job.Callback?.Response, "/job/callback/response", ofCallbacks);
        Mapping(job.Status?.Response, "/job/status/response", ToolRoots.Outcome);
        Mapping(subject.Tool.Response, "/response", isForCallbacks ? ofCallbacks : ToolRoots.Outcome);

        void Mapping(ResponseMapping? mapping, string pointer, ToolRoots roots)
        {
            RequestCheck.Response(subject, mapping, pointer, roots);
            for (var index = 0; job.Result is null && index < mapping?.Artifacts.Count; index++)
            {
                if (mapping.Artifacts[index].IsBody)
                {
                    subject.Error(JsonPointer.Append(pointer + "/artifacts", index) + "/from", "tool.artifact",
                        "The body of a message about a job says how it went and cannot be the artifact: a URL or the content in a field of it is wanted, or 'job.result'.");
                }
            }
        }
    }

    static void Heartbeat(ToolSubject subject, JobSettings job)
    {
        if (job.Heartbeat is not { } heartbeat)
        {
            return;
        }

        if (heartbeat > subject.Tool.Timeout)
        {
            subject.Warn("/job/heartbeat", "tool.heartbeat", "'heartbeat' is longer than 'timeout', so it never counts.");
        }

        var asked = subject.Tool.Delivery == Delivery.Poll ? job.Status?.Pauses.First : job.Status?.After;
        if (heartbeat < asked)
        {
            subject.Warn("/job/heartbeat", "tool.heartbeat", "'heartbeat' is over before the job is asked about for the first time.");
        }
    }
}
