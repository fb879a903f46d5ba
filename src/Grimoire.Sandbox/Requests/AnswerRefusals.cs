namespace Grimoire.Sandbox.Requests;

/// <summary>Turns a <see cref="RefusedException"/>, or a body that Kestrel refuses, into an answer.</summary>
sealed class AnswerRefusals(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (RefusedException e) when (!context.Response.HasStarted)
        {
            if (e.RetryAfter is { } seconds)
            {
                context.Response.Headers.RetryAfter = $"{seconds}";
            }

            await ErrorBody.WriteAsync(context, e.Status, e.Message, e.Type, e.Code, e.Param).ConfigureAwait(false);
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            await ErrorBody.WriteAsync(context, e.StatusCode, e.Message, "invalid_request_error", "bad_request", null).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone: there is nobody to answer, and the ledger says so.
        }
    }
}
