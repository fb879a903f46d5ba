using System.Net;
using Grimoire.Tests.Shared;

namespace Grimoire.EndToEnd.Tests.Support;

/// <summary>Tools whose jobs the sandbox does as it is told to, each for 0.02 USD.</summary>
internal static class JobTools
{
    /// <summary>Defines a tool that is called back; its jobs are not cancelled.</summary>
    /// <param name="app">Where it is saved.</param>
    /// <param name="sandbox">Who does the jobs.</param>
    /// <param name="id">What it is called.</param>
    /// <param name="askAfter">How long a callback may stay away before the job is asked about.</param>
    public static Task SaveAsync(GrimoireApp app, SandboxProcess sandbox, string id, string askAfter)
    {
        string jobs = new Uri(sandbox.Url, "jobs").ToString();
        return app.ExpectAsync(HttpStatusCode.Created, "PUT", $"tools/{id}", new
        {
            kind = "http",
            delivery = "webhook",
            request = new { url = jobs, body = new { manual = true, callbackUrl = "${callback.url}", mark = "${inputs.mark}" } },
            response = new { output = new { id = "${response.body.id}" }, costUsd = "${response.body.costUsd}", errorMessage = "${response.body.error}" },
            job = new
            {
                runId = "${response.body.id}",
                state = "${response.body.state}",
                progress = "${response.body.progress}",
                callback = new { },
                status = new { request = new { method = "GET", url = $"{jobs}/${{job.runId}}" }, after = askAfter, first = "PT0.3S", longest = "PT1S" },
            },
        });
    }
}
