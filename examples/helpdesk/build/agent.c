/*
 * Stands for the Electron program in the packed agent: a small Windows program that says who it is.
 * The product is its scripts (resources/app.asar); nobody runs this file.
 */
#include <windows.h>

int WINAPI WinMain(HINSTANCE self, HINSTANCE before, LPSTR line, int show)
{
	(void)self;
	(void)before;
	(void)line;
	(void)show;
	MessageBoxW(NULL, L"This example needs Electron to run.", L"Helpdesk Agent", MB_OK);
	return 0;
}
