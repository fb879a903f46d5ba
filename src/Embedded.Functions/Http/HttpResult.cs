using System.Net.Http.Headers;
using Azure.Core.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker.Http;

namespace Embedded.Functions.Http;

/// <summary>Sends what a function returned.</summary>
internal sealed class HttpResult(ObjectSerializer serializer)
{
    public Task SendAsync(HttpContext context, object? result) => result switch
    {
        null => Task.CompletedTask,
        HttpResponseData response => SendAsync(context, response),
        string text => SendAsync(context, "text/plain; charset=utf-8", System.Text.Encoding.UTF8.GetBytes(text)),
        byte[] bytes => SendAsync(context, "application/octet-stream", bytes),
        _ => SendAsync(context, "application/json; charset=utf-8", serializer.Serialize(result, result.GetType(), context.RequestAborted).ToMemory()),
    };

    static async Task SendAsync(HttpContext context, string contentType, ReadOnlyMemory<byte> content)
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = content.Length;
        await context.Response.Body.WriteAsync(content, context.RequestAborted).ConfigureAwait(false);
    }

    static async Task SendAsync(HttpContext context, HttpResponseData result)
    {
        HttpResponse response = context.Response;
        response.StatusCode = (int)result.StatusCode is >= 200 and <= 999 and var status
            ? status
            : throw new InvalidOperationException($"The status {(int)result.StatusCode} is none of a response: 200 to 999.");
        foreach (KeyValuePair<string, HeaderStringValues> header in result.Headers.NonValidated)
        {
            // How long the body is and how it is framed is for the server to say.
            if (!header.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
                && !header.Key.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            {
                response.Headers.Append(header.Key, header.Value.ToArray());
            }
        }

        foreach (IHttpCookie cookie in (result as HostedHttpResponseData)?.SetCookies ?? [])
        {
            response.Cookies.Append(cookie.Name, cookie.Value, Options(cookie));
        }

        bool hasBody = response.StatusCode is >= 200 and not (204 or 205 or 304);
        await using Stream body = result.Body;
        if (hasBody && body.CanRead)
        {
            if (body.CanSeek)
            {
                body.Position = 0;
                response.ContentLength = body.Length;
            }

            await body.CopyToAsync(response.Body, context.RequestAborted).ConfigureAwait(false);
        }
    }

    static CookieOptions Options(IHttpCookie cookie) => new()
    {
        Domain = cookie.Domain,
        Path = cookie.Path ?? "/",
        Expires = cookie.Expires,
        HttpOnly = cookie.HttpOnly ?? false,
        Secure = cookie.Secure ?? false,
        MaxAge = cookie.MaxAge is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        SameSite = cookie.SameSite switch
        {
            SameSite.Lax => SameSiteMode.Lax,
            SameSite.Strict => SameSiteMode.Strict,
            SameSite.ExplicitNone => SameSiteMode.None,
            _ => SameSiteMode.Unspecified,
        },
    };
}
