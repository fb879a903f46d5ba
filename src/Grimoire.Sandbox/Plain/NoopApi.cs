namespace Grimoire.Sandbox.Plain;

/// <summary><c>/noop</c>: an empty object, as quickly as can be, for measurements.</summary>
static class NoopApi
{
    static readonly byte[] Answer = "{}"u8.ToArray();

    public static void MapNoop(this IEndpointRouteBuilder routes) => routes.MapMethods("/noop", [HttpMethods.Get, HttpMethods.Post], context =>
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = Answer.Length;
        return context.Response.Body.WriteAsync(Answer, context.RequestAborted).AsTask();
    });
}
