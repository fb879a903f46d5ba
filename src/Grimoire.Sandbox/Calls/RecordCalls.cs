using System.Globalization;
using Microsoft.AspNetCore.Http.Features;

namespace Grimoire.Sandbox.Calls;

/// <summary>Enters each call in the ledger, except those that ask the sandbox about itself.</summary>
sealed class RecordCalls(RequestDelegate next, CallLedger ledger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (request.Path.StartsWithSegments("/control") || request.Path == "/health")
        {
            await next(context).ConfigureAwait(false);
            return;
        }

        string? key = request.Headers["Idempotency-Key"];
        RecordedCall call = ledger.Add(request.Method, request.Path.Value ?? "/", key);
        context.Features.Set(call);
        context.Response.Headers["x-request-id"] = string.Create(CultureInfo.InvariantCulture, $"req_{call.Order:d12}");
        // Entered before the caller sees the first byte: who has an answer finds its status in the ledger.
        context.Response.OnStarting(NoteStatus, context);
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            call.WasCut();
            throw;
        }
    }

    static Task NoteStatus(object state)
    {
        var context = (HttpContext)state;
        context.Features.GetRequiredFeature<RecordedCall>().Answered(context.Response.StatusCode);
        return Task.CompletedTask;
    }
}
